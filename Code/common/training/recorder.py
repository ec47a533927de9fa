"""What a run keeps after each epoch: its model if it is the best, the checkpoint, the log."""

import contextlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from common.baselines.table import BASELINES
from common.config.prepare import PreparedRun
from common.files.atomic import remove_unfinished
from common.learning.trained_network import TrainedNetwork
from common.runs.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from common.runs.curves import draw_curves
from common.runs.epochs import Epoch, best_epoch, is_out_of_patience
from common.runs.log import Log, read_log
from common.runs.paths import RunPaths
from common.runs.pending_log import save_log
from common.runs.record import Record
from common.runs.resume import Progress, Start
from common.runs.run_fields import NETWORK, Answers, Side, SplitField
from common.training.calibration import calibration_of
from common.utils.entries import readable, to_entries
from common.utils.errors import InputError
from common.utils.terminal import tell


class Recorder:
    """A run on the disk, which belongs to this process.

    Attributes:
        run: What is trained.
        paths: Its files.
        record: How it is made.
        epochs: The finished epochs; nobody else changes them.
    """

    def __init__(self, run: PreparedRun, paths: RunPaths, checkpoint: Checkpoint) -> None:
        self.run, self.paths, self.record = run, paths, checkpoint.record
        self.epochs = tuple(checkpoint.epochs)
        self._answers = checkpoint.answers

    @property
    def is_done(self) -> bool:
        """Whether all epochs are finished, or patience has run out."""
        plan = self.run.plan
        done = len(self.epochs) == plan.epochs
        return done or is_out_of_patience(self.epochs, plan.learning.patience)

    def add(self, epoch: Epoch, answers: np.ndarray, network: TrainedNetwork) -> None:
        """Keep a finished epoch, and its answers, as Split.held_out has the fields.

        The checkpoint is what counts: a model is written before it, so that none is missing, and
        the log after it, so that it tells nothing that could be lost. Only then are models removed
        that are not wanted any more.

        Raises:
            InputError: The run's folders are gone.
        """
        self.paths.check_there()
        epochs = (*self.epochs, epoch)
        if best_epoch(epochs) is epoch:
            entries = to_entries(self.record)
            entries |= to_entries(calibration_of(self.run, answers))
            attributes = {name: str(readable(value)) for name, value in entries.items()}
            model = self.paths.model(epoch.number, epoch.val_loss)
            network.save(model, attributes | epoch.row, self.run.training_fields)
            self._answers = answers
        state = Checkpoint(self.record, epochs, network.arrays(), self._answers)
        write_checkpoint(self.paths.checkpoint, state)
        self.paths.final_state.unlink(missing_ok=True)  # of fewer epochs
        self.epochs = epochs
        self.write_log()
        keep = self.run.plan.keep_best
        for path in self.paths.saved_models()[:-keep] if keep else []:
            path.unlink()

    def write_log(self) -> None:
        """Bring the log up to date."""
        answers = _answers(self.run, self._answers) if len(self._answers) else None
        log = Log(self.record, self.epochs, self.run.baselines, _sides(self.run), answers)
        save_log(self.paths.log, log)

    def finish(self, when: str) -> None:
        """Draw the curves and write the log for the last time.

        The checkpoint is kept for more epochs, where the schedule allows them.
        """
        self.leave()
        self.record = self.record.finished(when)
        self.write_log()
        if not self.paths.checkpoint.exists():  # more epochs, for which patience had run out
            return
        if self.record.recipe.is_open_ended:
            os.replace(self.paths.checkpoint, self.paths.final_state)
        else:
            self.paths.checkpoint.unlink()

    def leave(self) -> None:
        """Draw the curves of the epochs so far; without any, give the place back."""
        if not self.epochs:
            _tidy(self.paths, [])  # a model whose checkpoint was not finished
            self.paths.checkpoint.unlink(missing_ok=True)
            for folder in (self.paths.graphs, self.paths.models):
                for path in (folder, folder.parent):
                    with contextlib.suppress(OSError):  # others' results are in it
                        path.rmdir()
        elif self.paths.logs.is_dir():
            for metric in self.run.plan.setting.graphs:
                path, title = self.paths.graph(metric), self.run.plan.title
                draw_curves(path, metric, self.epochs, title, self.run.baselines)


def _sides(run: PreparedRun) -> list[SplitField]:
    fields, split = run.plan.data.fields, run.plan.data.split
    sides = dict.fromkeys(split.train, Side.TRAIN) | dict.fromkeys(split.choice, Side.CHOICE)
    return [
        SplitField(field.name, sides.get(at, Side.VALIDATION), field.counts)
        for at, field in enumerate(fields)
    ]


def _answers(run: PreparedRun, held_out: np.ndarray) -> Answers:
    """Put the network's answers beside those of the baselines that look at the pictures."""
    fields = [run.plan.data.fields[at] for at in run.plan.data.split.validation]
    network = {NETWORK: held_out[: len(fields)].astype(float)}
    constant = {one.name for one in BASELINES if one.constant}
    varying = {name: found for name, found in run.answers.items() if name not in constant}
    names, patients = [field.name for field in fields], [field.patient for field in fields]
    return Answers(names, patients, run.data.validation_densities, network | varying)


def open_recorder(
    run: PreparedRun, start: Start, record: Record
) -> tuple[Recorder, Sequence[np.ndarray]]:
    """Open the recorder of a run that is not finished; its folders belong to this process.

    What a killed process left half-written is removed; so are model files of epochs that were not
    finished. The log of a finished run that is given more epochs stays until the first is kept.

    Args:
        run: What is trained.
        start: Where it begins.
        record: How it is made from now on.

    Returns:
        The recorder, and the arrays to go on with, none if the run is new.
    """
    paths = start.paths
    for folder in (paths.logs, paths.graphs, paths.models):
        folder.mkdir(parents=True, exist_ok=True)
        remove_unfinished(folder)
    if start.progress is Progress.NEW:
        _tidy(paths, [])
        # Tells whose a model of the first epoch is.
        checkpoint = Checkpoint(record, (), ())
        write_checkpoint(paths.checkpoint, checkpoint)
        return Recorder(run, paths, checkpoint), ()
    is_more = start.progress is Progress.EXTENDED
    state = paths.final_state if is_more else paths.checkpoint
    checkpoint = read_checkpoint(state)
    done = len(checkpoint.epochs)
    tell(f"going on after epoch {done} of {run.plan.epochs}: {state}")
    _tell_changes(checkpoint.record, record)
    _tidy(paths, checkpoint.epochs)
    earlier = checkpoint.record.going_on(done, record.start, run.plan.epochs)
    recorder = Recorder(run, paths, replace(checkpoint, record=earlier))
    if not is_more:
        recorder.write_log()  # which may have been ended between checkpoint and log
    return recorder, checkpoint.arrays


def _tell_changes(before: Record, now: Record) -> None:
    was, is_now = to_entries(before.computed), to_entries(now.computed)
    for name in ("device", "precision", "TensorFlow", "Keras"):
        if was[name] != is_now[name]:
            print(f"note: {name} was {was[name]} until now, and is {is_now[name]}")


def _tidy(paths: RunPaths, epochs: Sequence[Epoch]) -> None:
    """Remove models of epochs that will be trained again; set a damaged log aside."""
    finished = {paths.model(epoch.number, epoch.val_loss) for epoch in epochs}
    for path in paths.saved_models():
        if path not in finished:
            path.unlink()
    if paths.log.exists():
        try:
            read_log(paths.log, with_fields=False)
        except InputError as error:
            aside = paths.log.with_suffix(".damaged")
            shutil.move(paths.log, aside)
            print(f"warning: {error.first_line}; set aside as {aside.name}, made anew")
