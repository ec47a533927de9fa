"""The table of a comparison: a row a run, its columns by name."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median

from common.baselines.table import BASELINES
from common.comparison.ranking import FinishedRun
from common.metrics.agreement import AGREEMENT
from common.pages.page import Cell, Row, shown
from common.pages.text import aligned
from common.utils.entries import to_entries

ALIKE = "answers alike"  # in place of a rank
AS_BEST = "=1"  # the rank of what cannot be told from the best
_OF_BEST_EPOCH = ("rmse", "msle", "cosine")
_PRINTED = (
    *("rank", "network", "folder", "log", "best epoch"),
    *("val_mae", "mae", "gap", "seconds", "images/s"),
)


def table_of(runs: Sequence[FinishedRun]) -> list[dict[str, Cell]]:
    """Return the rows of a block's table, best first, by name of the column.

    Runs that answer alike for all fields have no rank, and those that cannot be told from the best
    share its own.
    """
    return [_row(run, place) for place, run in enumerate(runs, 1)]


def filled(rows: Sequence[Row]) -> list[Row]:
    """Return a table without the columns that no row fills."""
    names = [name for name in rows[0] if any(row[name] is not None for row in rows)]
    return [{name: row[name] for name in names} for row in rows]


def _rank(run: FinishedRun, place: int) -> Cell:
    if run.best.answers_alike:
        return ALIKE
    return place if run.to_best is None or run.to_best.distinguishable else AS_BEST


def _row(run: FinishedRun, place: int) -> dict[str, Cell]:
    best, epochs, recipe = run.best, run.log.epochs, run.record.recipe
    setting = recipe.setting
    cells: dict[str, Cell] = {
        "rank": _rank(run, place),
        "network": run.network,
        "val_mae": run.val_mae,
        "val_mae - best": run.to_best.text() if run.to_best else None,
        "p": run.to_best.p if run.to_best else None,
        "folder": run.told_folder,
        "frozen": to_entries(recipe.network)["frozen stages"],
        "learning rate": setting.learning_rate,
        "dropout": setting.dropout,
        "weights": Path(recipe.machinery.weights).name,  # of a file without its folder
        "loss": recipe.learning.loss,
        "optimizer": recipe.learning.optimizer,
        "log": run.path.name,
        "best epoch": best.number,
        "epochs": len(epochs),
    }
    cells |= {f"val_{name}": best.validation.get(name) for name in _OF_BEST_EPOCH}
    cells["gap"] = best.validation["mae"] - best.training["mae"]
    kept = run.evaluation
    cells["evaluated"] = ("with flips" if kept.flips else "plain") if kept else None
    estimates = kept.estimates if kept else {}
    cells |= {name: estimates[name].text() if name in estimates else None for name in AGREEMENT}
    cells["seconds"] = sum(epoch.seconds for epoch in epochs)
    cells["images/s"] = median(epoch.images_per_second for epoch in epochs)
    baselines = run.log.baselines
    return cells | {one.name: baselines.get(one.name, {}).get("mae") for one in BASELINES}


def describe_block(runs: Sequence[FinishedRun]) -> list[str]:
    """Return the most important columns of a block's table as lines, and its baselines."""
    rows = table_of(runs)
    lines = aligned([{name: row[name] for name in _PRINTED} for row in rows])
    found = {one.name: rows[0][one.name] for one in BASELINES}
    baselines = [f"{name} {shown(mae)}" for name, mae in found.items() if mae is not None]
    warnings = runs[0].record.shown.audit.warnings()  # of one split
    return [*lines, f"  baselines, val_mae: {', '.join(baselines)}", *warnings]
