"""All finished runs of the learning-rate folders, in blocks of comparable ones, ranked."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from common.errors import InputError
from common.logbook import Log, Row, best_row, read_log
from common.places import places_of

BASELINES = ("training mean", "training median", "classical model")
# Runs that differ in one of these answered another question, and are not ranked together.
_BLOCK = ("data set", "data", "fields of view", "split", "raters", "image size", "seed")
_NEEDED = (
    *_BLOCK,
    "network",
    "frozen stages",
    "learning rate",
    "dropout",
    "folder",
    "epochs",
    "end",
)

Cell = str | float | None


@dataclass(frozen=True)
class Finished:
    """A finished run: its log's path and content, and the figures of its evaluation, if any."""

    path: Path
    log: Log
    evaluation: dict[str, dict[str, float | None]]

    @property
    def best(self) -> Row:
        """The row of the best epoch."""
        return best_row(self.log.rows)

    @property
    def block(self) -> tuple[str, ...]:
        """What makes runs comparable: data set, split, size and seed."""
        return tuple(f"{name}: {self.log.facts[name]}" for name in _BLOCK)

    @property
    def learning_rate(self) -> float:
        """The folder's learning rate."""
        return float(str(self.log.facts["learning rate"]))

    @property
    def label(self) -> str:
        """Network, folder and, after the first run, its number."""
        number = self.path.stem.removeprefix("log")
        again = f" (run {number})" if number != "0" else ""
        return f"{self.log.facts['network']} in {self.log.facts['folder']}{again}"


@dataclass(frozen=True)
class Comparison:
    """Blocks of runs, best first; and the logs that were left out, with the reason."""

    blocks: dict[tuple[str, ...], list[Finished]]
    left_out: dict[Path, str]


def compare(logs: Iterable[Path]) -> Comparison:
    """Read logs and rank them by val_mae of the best epoch (lowest val_loss), block by block."""
    blocks: dict[tuple[str, ...], list[Finished]] = defaultdict(list)
    left_out: dict[Path, str] = {}
    for path in logs:
        try:
            run = _finished(path)
        except InputError as error:
            left_out[path] = str(error).splitlines()[0]
        else:
            blocks[run.block].append(run)
    for runs in blocks.values():
        runs.sort(key=lambda run: run.best["val_mae"])
    return Comparison(dict(sorted(blocks.items())), left_out)


def _finished(path: Path) -> Finished:
    log = read_log(path, with_fields=False)
    facts = {name: log.fact(name) for name in _NEEDED}
    if not log.rows or facts["end"] == "not finished":
        raise InputError("a finished run", f"{len(log.rows)} of {facts['epochs']} epochs", path)
    places = places_of(path)
    return Finished(path, log, _evaluation(places.evaluation("evaluation", ".json")))


def _evaluation(path: Path) -> dict[str, dict[str, float | None]]:
    """Read the figures that Evaluate.py has left of the run, or none."""
    if not path.exists():
        return {}
    try:
        return dict(json.loads(path.read_text(encoding="utf-8"))["figures"])
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            "an evaluation", "none that can be read", path, "Evaluate again."
        ) from error


def table_of(runs: list[Finished]) -> list[dict[str, Cell]]:
    """Return the rows of a block's table, best first, by name of the column."""
    return [_columns_of(run, rank) for rank, run in enumerate(runs, 1)]


def _columns_of(run: Finished, rank: int) -> dict[str, Cell]:
    facts, best, rows = run.log.facts, run.best, run.log.rows
    cells: dict[str, Cell] = {
        "rank": rank,
        "network": str(facts["network"]),
        "frozen": str(facts["frozen stages"]),
        "learning rate": run.learning_rate,
        "dropout": float(str(facts["dropout"])),
        "folder": str(facts["folder"]),
        "log": run.path.name,
        "best epoch": best["epoch"],
        "epochs": len(rows),
    }
    cells |= {name: best[name] for name in ("val_mae", "val_rmse", "val_msle", "val_cosine")}
    cells["gap"] = best["val_mae"] - best["mae"]
    for name in ("mae", "rmse", "r2", "pearson_r", "icc", "kendall_tau_b", "pk"):
        cells[name] = _with_interval(run.evaluation.get(name, {}))
    cells["seconds"] = sum(row["seconds"] for row in rows)
    cells["images/s"] = median(row["images_per_second"] for row in rows)
    cells |= {name: run.log.baselines.get(name, {}).get("val_mae") for name in BASELINES}
    return cells


def _with_interval(figure: dict[str, float | None]) -> str | None:
    if figure.get("value") is None:
        return None
    if figure["low"] is None:
        return f"{figure['value']:.3f}"
    return f"{figure['value']:.3f} ({figure['low']:.3f} to {figure['high']:.3f})"


def shown(value: Cell) -> str:
    """Write a cell for reading; a missing figure as a dash."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.0f}" if value >= 100 else f"{value:.4g}"
    return str(value)
