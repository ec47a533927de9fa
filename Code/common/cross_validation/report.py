"""Pool a cross-validation's finished runs, tell the figures, leave the results."""

from collections.abc import Sequence
from pathlib import Path

from common.cross_validation.figures import SplitFigures, comparison_rows, figure_rows, figures_of
from common.cross_validation.plan import FoldJob
from common.cross_validation.pooled import Pooled
from common.cross_validation.results import write_results
from common.pages.page import shown
from common.pages.text import aligned
from common.runs.log import read_log

_PRINTED = ("answers", "mae", "icc", "mae, SD over seeds")


def report(folder: Path, first: FoldJob, pooled: Sequence[Pooled]) -> None:
    """Write the results of a cross-validation whose runs are finished, and print the most of them.

    Args:
        folder: That receives them.
        first: One of its runs, all of which were made alike.
        pooled: The answers.

    Raises:
        InputError: A log is damaged, or the runs are not of the same fields.
    """
    figures = figures_of(pooled)
    notes = _notes(first)
    print(*notes, sep="\n")
    for one in figures:
        print(*_told(one), sep="\n")
    write_results(folder, pooled, figures, notes)
    print(f"results: {folder}")


def _notes(one: FoldJob) -> list[str]:
    record = read_log(one.job.start.paths.log, with_fields=False).record
    synthetic = " (SYNTHETIC data)" if record.recipe.data.synthetic else ""
    lines = [f"data set: {record.shown.data_set}{synthetic}"]
    lines.append(f"weights: {record.recipe.machinery.weights}; epochs: {record.recipe.epochs}")
    return lines


def _told(figures: SplitFigures) -> list[str]:
    rows = [{name: row[name] for name in _PRINTED} for row in figure_rows(figures)]
    lines = [figures.title, *aligned(rows, str.ljust)]
    for one in comparison_rows(figures):
        interval = f"{shown(one['low'])} to {shown(one['high'])}, p {shown(one['p (Holm)'])}"
        pair = f"{one['first']} - {one['second']}"
        lines.append(f"  {pair}: {one['difference of mae']:.4f} ({interval}): {one['verdict']}")
    return lines
