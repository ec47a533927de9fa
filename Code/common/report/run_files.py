"""What a run has left, read for its report; what is missing, and the command that makes it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common.pages.page import Cell
from common.report.evaluations import Evaluation, Missing, evaluate_command, read_evaluations
from common.runs.epochs import Epoch, best_epoch
from common.runs.log import Log, read_begun_log
from common.runs.paths import RunPaths, paths_of
from common.runs.record import Record
from common.runs.run_fields import Side, SplitField


@dataclass(frozen=True)
class RunFiles:
    """What a run has left.

    Attributes:
        paths: Where.
        log: Its log; has at least one epoch.
        evaluations: Of its best model, those on its own validation fields first.
        missing: What a reader of the report will miss.
    """

    paths: RunPaths
    log: Log
    evaluations: list[Evaluation]
    missing: list[Missing]

    @property
    def record(self) -> Record:
        """How it was made."""
        return self.log.record

    @property
    def best(self) -> Epoch:
        """The best epoch."""
        return best_epoch(self.log.epochs)

    @property
    def model(self) -> Path:
        """The file of the best epoch's model."""
        return _model(self.paths, self.log)

    @property
    def own(self) -> list[Evaluation]:
        """The evaluations on its own validation fields."""
        return [one for one in self.evaluations if one.own]

    @property
    def others(self) -> list[Evaluation]:
        """The evaluations on fields of other data sets that were not seen in training."""
        return [one for one in self.evaluations if one.new]

    @property
    def page(self) -> Path:
        """Where its report lies, beside its graphs."""
        return self.paths.report

    @property
    def name(self) -> str:
        """Network, learning-rate folder and, after the first run, its number."""
        again = f" (run {self.paths.number})" if self.paths.number else ""
        recipe = self.record.recipe
        return f"{recipe.network.network} in {recipe.setting.folder}{again}"


def read_run(log_path: Path) -> RunFiles:
    """Read what a run has left.

    Args:
        log_path: Its log.

    Raises:
        InputError: The log cannot be read, or has no epoch yet.
    """
    paths = paths_of(log_path)
    log = read_begun_log(log_path)
    evaluations, missing = read_evaluations(paths, _model(paths, log))
    return RunFiles(paths, log, evaluations, [*_unfinished(paths, log, evaluations), *missing])


def _model(paths: RunPaths, log: Log) -> Path:
    best = best_epoch(log.epochs)
    return paths.model(best.number, best.val_loss)


def _unfinished(paths: RunPaths, log: Log, evaluations: list[Evaluation]) -> Iterator[Missing]:
    record, model = log.record, _model(paths, log)
    if record.end is None:
        done = f"{len(log.epochs)} of {record.recipe.epochs} epochs are done"
        yield Missing(f"the end of the run: {done}", record.command)
    if not model.is_file():
        yield Missing(f"the model of the best epoch, {model.name}: it was moved or removed")
    if not any(one.own for one in evaluations):
        what = "metrics with intervals, graphs of agreement, the fields with the largest errors"
        yield Missing(what, evaluate_command(paths))
    if not any(one.new for one in evaluations):
        yield Missing("a test on another data set", f"{evaluate_command(paths)} --dataset DIR")
    if log.answers is None:
        yield Missing("the answers for each field, which logs of earlier versions do not keep")


def side_rows(fields: Sequence[SplitField]) -> list[dict[str, Cell]]:
    """Return a row for each side that has fields; none if the log does not tell them."""
    sides = {side: [one.counts for one in fields if one.side is side] for side in Side}
    rows = []
    for side, counts in sides.items():
        if counts:
            densities = np.array([one.density for one in counts])
            rows.append(
                {
                    "side": side.value,
                    "fields": len(counts),
                    "nuclei": sum(one.total for one in counts),
                    "tumour nuclei": sum(one.tumour for one in counts),
                    "mean density": float(densities.mean()),
                    "standard deviation": float(densities.std()),
                    "without tumour nuclei": int((densities == 0).sum()),
                    "all tumour": int((densities == 1).sum()),
                }
            )
    return rows
