"""comparison.html: one file with sortable tables, a heat map and curves."""

from collections import defaultdict
from pathlib import Path

from common.comparison import TITLE
from common.comparison.blocks import Block
from common.comparison.columns import EXPLAINED
from common.comparison.graphs import curves_of, heat_map
from common.comparison.ranking import Comparison, FinishedRun
from common.comparison.table import filled, table_of
from common.pages import chart
from common.pages.page import (
    Link,
    bullets,
    heading,
    link_to,
    paragraph,
    picture,
    table,
    write_page,
)
from common.runs.paths import paths_of

_INTRODUCTION = (
    "Ranked by validation MAE of the best epoch (lowest val_loss), chosen on the validation fields "
    "themselves unless the block says otherwise. Only runs of one block are comparable. Runs that "
    "answer alike for all fields have no rank; those marked =1 cannot be told from the best: the "
    "difference of their errors on the same fields, tested with patients as clusters, is not "
    "significant at 0.05 after Holm's correction. Metrics with intervals come from Evaluate.py. "
    "Click a column's head to sort, point at it for what it says; a box in a legend hides its line."
)


def write_comparison(path: Path, comparison: Comparison) -> None:
    """Write the page."""
    parts = [heading(TITLE, 1), paragraph(_INTRODUCTION)]
    for block, runs in comparison.blocks.items():
        parts += _block(block, runs, path)
    if comparison.left_out:
        parts += [heading("Left out"), bullets(comparison.left_out.values())]
    write_page(path, TITLE, parts, chart.STYLE)


def _block(block: Block, runs: list[FinishedRun], page: Path) -> list[str]:
    told = filled(table_of(runs))
    rows = [{**row, **_links(run, page)} for run, row in zip(runs, told, strict=True)]
    best = next((row for row in rows if row["rank"] == 1), None)
    drawn = [curves_of(group, title) for title, group in _by_rate(runs).items()]
    return [
        heading(block.title.replace("\n", ", ")),
        paragraph("; ".join(block.lines)),
        *map(paragraph, runs[0].record.shown.audit.warnings()),
        table(rows, EXPLAINED, best),
        *_heat_map(runs),
        chart.beside(drawn),
    ]


def _heat_map(runs: list[FinishedRun]) -> list[str]:
    """Return the heat map, if there is more than one cell to compare."""
    several = len({(run.network, run.folder) for run in runs}) > 1
    return [picture(heat_map(runs), "Heat map: network by folder")] if several else []


def _links(run: FinishedRun, page: Path) -> dict[str, Link]:
    """Return the cells that lead to what a run has left."""
    return {
        "folder": link_to(paths_of(run.path).output, page, run.told_folder),
        "log": link_to(run.path, page, run.path.name),
    }


def _by_rate(runs: list[FinishedRun]) -> dict[str, list[FinishedRun]]:
    groups: dict[str, list[FinishedRun]] = defaultdict(list)
    for run in sorted(runs, key=_learning_rate):
        groups[f"Learning rate {_learning_rate(run):g}"].append(run)
    return groups


def _learning_rate(run: FinishedRun) -> float:
    return run.record.recipe.setting.learning_rate
