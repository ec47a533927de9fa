"""All finished runs of the learning-rate folders, in blocks of comparable ones, ranked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from common.comparison.blocks import Block, block_of
from common.comparison.differences import ToBest, differences_to_best
from common.evaluation.kept import FLIPS, KeptEvaluation, read_evaluation
from common.runs.epochs import Epoch, best_epoch
from common.runs.log import Log, read_log
from common.runs.paths import paths_of
from common.runs.record import Record
from common.utils.errors import InputError


@dataclass(frozen=True)
class FinishedRun:
    """A finished run.

    Attributes:
        path: Of its log.
        log: What the log holds.
        evaluation: Of its best model, None without one.
        to_best: How it differs from the best run of its block; None of that run itself, of runs
            that answer alike for all fields, and where it is not known.
    """

    path: Path
    log: Log
    evaluation: KeptEvaluation | None
    to_best: ToBest | None = None

    @property
    def record(self) -> Record:
        """How it was made."""
        return self.log.record

    @property
    def best(self) -> Epoch:
        """The best epoch, of the lowest val_loss."""
        return best_epoch(self.log.epochs)

    @property
    def val_mae(self) -> float:
        """The validation MAE of the best epoch, by which runs are ranked."""
        return self.best.validation["mae"]

    @property
    def network(self) -> str:
        """The result folders' name."""
        return self.record.recipe.network.network

    @property
    def folder(self) -> str:
        """The learning-rate folder's name."""
        return self.record.recipe.setting.folder

    @property
    def identity(self) -> str:
        """What copies of its log share with it, and no other run: how and when it was made."""
        return repr((self.record, self.best))

    @property
    def at_home(self) -> bool:
        """Whether its log lies in the learning-rate folder that it was trained in."""
        return self.folder in self.path.parts

    @property
    def told_folder(self) -> str:
        """The learning-rate folder's name, and where the run lies if not directly in it."""
        paths = paths_of(self.path)
        parts = paths.output.parts
        if other := paths.copied_into(self.folder):
            return f"{self.folder} (log in {other})"
        if self.folder not in parts:
            return f"{self.folder} (in {paths.output.name})"
        return "/".join(parts[parts.index(self.folder) :])

    @property
    def label(self) -> str:
        """Network, told_folder and, after the first run, its number."""
        number = self.path.stem.removeprefix("log")
        again = f" (run {number})" if number != "0" else ""
        return f"{self.network} in {self.told_folder}{again}"


@dataclass(frozen=True)
class Comparison:
    """What a comparison has found.

    Attributes:
        blocks: The comparable runs of each block, best first; last those that answer alike for all
            fields, whatever their error.
        left_out: Why logs and evaluations were left out that were.
    """

    blocks: dict[Block, list[FinishedRun]]
    left_out: dict[Path, str]


def compare(logs: Iterable[Path]) -> Comparison:
    """Read logs and rank them by val_mae of the best epoch (lowest val_loss), block by block."""
    runs: dict[str, FinishedRun] = {}
    left_out: dict[Path, str] = {}
    for path in logs:
        try:
            run = _finished(path, left_out)
        except InputError as error:
            left_out[path] = error.first_line
            continue
        other = runs.setdefault(run.identity, run)
        if other is not run:
            run, copy = (other, run) if other.at_home else (run, other)
            runs[run.identity] = run
            left_out[copy.path] = f"{copy.path}: a copy of {run.path}"
    blocks: dict[Block, list[FinishedRun]] = defaultdict(list)
    for run in sorted(runs.values(), key=lambda run: (run.best.answers_alike, run.val_mae)):
        blocks[block_of(run.record)].append(run)
    ordered = sorted(blocks.items(), key=lambda one: one[0].lines)
    return Comparison({block: _tested(runs) for block, runs in ordered}, left_out)


def _tested(runs: list[FinishedRun]) -> list[FinishedRun]:
    """Test runs, best first, against the best."""
    found = differences_to_best([run.log.answers for run in runs if not run.best.answers_alike])
    found += [None] * (len(runs) - len(found))
    return [replace(run, to_best=one) for run, one in zip(runs, found, strict=True)]


def _finished(path: Path, left_out: dict[Path, str]) -> FinishedRun:
    """Read a finished run; an evaluation that cannot be read is left out."""
    log = read_log(path, with_fields=False, with_answers=True)
    if not log.epochs or log.record.end is None:
        found = f"{len(log.epochs)} of {log.record.recipe.epochs} epochs"
        raise InputError("a finished run", found, path)
    paths, best = paths_of(path), best_epoch(log.epochs)
    model = paths.model(best.number, best.val_loss).name
    for suffix in ("", FLIPS):
        summary = paths.evaluation(f"evaluation{suffix}", ".json")
        try:
            evaluation = read_evaluation(summary, model)
        except InputError as error:
            left_out[summary] = error.first_line
            continue
        if evaluation:
            return FinishedRun(path, log, evaluation)
    return FinishedRun(path, log, None)
