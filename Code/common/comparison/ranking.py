"""All finished runs of the learning-rate folders, in blocks of comparable ones, ranked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from common.evaluation.report import read_estimates
from common.metrics.agreement import Estimate
from common.runs.epochs import Epoch, best_epoch
from common.runs.log import Log, read_log
from common.runs.paths import paths_of
from common.runs.record import Record
from common.utils.entries import entry, readable, to_entries
from common.utils.errors import InputError


@dataclass(frozen=True, order=True)
class Block:
    """What makes runs comparable: runs that differ in it answered another question."""

    data_set: str = entry("data set")
    synthetic: bool = entry("synthetic data")
    fields: int = entry("fields of view")
    labels: str = entry("labels")
    region: str = entry("region")
    split: str = entry("split")
    raters: str = entry("raters")
    image_size: int = entry("image size")
    seed: int = entry("seed")

    @property
    def lines(self) -> list[str]:
        """The block, an entry a line."""
        return [f"{name}: {readable(value)}" for name, value in to_entries(self).items()]

    @property
    def title(self) -> str:
        """The block in two lines: the data set by its folder, and the split."""
        mark = ", SYNTHETIC" if self.synthetic else ""
        name = Path(self.data_set).name
        return f"{name}{mark}, {self.image_size} px, seed {self.seed}\n{self.split}"


@dataclass(frozen=True)
class FinishedRun:
    """A finished run.

    Attributes:
        path: Of its log.
        log: What the log holds.
        estimates: Of its evaluation, by the metric's name; empty without one.
    """

    path: Path
    log: Log
    estimates: dict[str, Estimate]

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
    def label(self) -> str:
        """Network, folder and, after the first run, its number."""
        number = self.path.stem.removeprefix("log")
        again = f" (run {number})" if number != "0" else ""
        return f"{self.network} in {self.folder}{again}"


@dataclass(frozen=True)
class Comparison:
    """What a comparison has found.

    Attributes:
        blocks: The comparable runs of each block, best first.
        left_out: Why logs were left out that were.
    """

    blocks: dict[Block, list[FinishedRun]]
    left_out: dict[Path, str]


def compare(logs: Iterable[Path]) -> Comparison:
    """Read logs and rank them by val_mae of the best epoch (lowest val_loss), block by block."""
    blocks: dict[Block, list[FinishedRun]] = defaultdict(list)
    left_out: dict[Path, str] = {}
    for path in logs:
        try:
            run = _finished(path)
        except InputError as error:
            left_out[path] = error.first_line
        else:
            blocks[_block_of(run.record)].append(run)
    for runs in blocks.values():
        runs.sort(key=lambda run: run.val_mae)
    return Comparison(dict(sorted(blocks.items())), left_out)


def _finished(path: Path) -> FinishedRun:
    log = read_log(path, with_fields=False)
    if not log.epochs or log.record.end is None:
        found = f"{len(log.epochs)} of {log.record.recipe.epochs} epochs"
        raise InputError("a finished run", found, path)
    summary = paths_of(path).evaluation("evaluation", ".json")
    estimates = read_estimates(summary, best_epoch(log.epochs).number)
    return FinishedRun(path, log, estimates)


def _block_of(record: Record) -> Block:
    recipe = record.recipe
    return Block(
        data_set=record.shown.data_set,
        synthetic=recipe.data.synthetic,
        fields=recipe.data.fields,
        labels=recipe.data.labels,
        region=recipe.data.counting.region,
        split=recipe.data.split,
        raters=recipe.pictures.raters,
        image_size=recipe.pictures.image_size,
        seed=recipe.machinery.seed,
    )
