"""Pool a cross-validation's finished runs, tell the figures, leave the results."""

from collections.abc import Sequence
from pathlib import Path

from common.cross_validation.figures import SplitFigures, figures_of
from common.cross_validation.plan import FoldJob
from common.cross_validation.pooled import Pooled
from common.cross_validation.results import comparison_rows, figure_rows, write_results
from common.pages.page import shown
from common.pages.text import aligned
from common.runs.epochs import best_epoch
from common.runs.log import read_log
from common.utils.terminal import tell

_PRINTED = ("answers", "mae", "icc", "mae, SD over seeds")


def report(
    folder: Path, jobs: Sequence[FoldJob], pooled: Sequence[Pooled], left_out: Sequence[str] = ()
) -> None:
    """Write the results of a cross-validation whose runs are finished, and print the most of them.

    Args:
        folder: That receives them.
        jobs: Its runs.
        pooled: The answers.
        left_out: Lines that tell what is missing.

    Raises:
        InputError: A log is damaged, or the runs are not of the same fields.
    """
    tell("figures, with intervals over patients")
    figures = figures_of(pooled)
    notes = [*_notes(jobs), *left_out]
    print(*notes, sep="\n")
    for one in figures:
        print(*_told(one), sep="\n")
    write_results(folder, pooled, figures, notes)
    print(f"results: {folder}")


def _notes(jobs: Sequence[FoldJob]) -> list[str]:
    """Say what was trained how, and what makes the figures better than they would be elsewhere."""
    logs = [read_log(one.job.start.paths.log, with_fields=False) for one in jobs]
    record, count = logs[0].record, len(logs)
    synthetic = " (SYNTHETIC data)" if record.recipe.data.synthetic else ""
    lines = [f"data set: {record.shown.data_set}{synthetic}"]
    for way in dict.fromkeys(one.way for one in jobs):
        of = [log.record.recipe for one, log in zip(jobs, logs, strict=True) if one.way == way]
        epochs = sorted({recipe.epochs for recipe in of})
        how = f"weights: {of[0].machinery.weights}; epochs: {', '.join(map(str, epochs))}"
        lines.append(f"{way}: {how}" if way else how)
    leaks = sum(log.record.shown.audit.shares_tissue for log in logs)
    if leaks:
        lines.append(
            f"warning: in {leaks} of {count} runs training and validation show the same patients "
            "or pictures: figures are too good, intervals too narrow"
        )
    unknown = max(log.record.shown.audit.unknown for log in logs)
    if unknown:
        lines.append(
            f"note: the patients of {unknown} fields are not known: each stands for itself"
        )
    chosen = sum(not best_epoch(log.epochs).choice for log in logs)
    if chosen:
        lines.append(
            f"warning: in {chosen} of {count} runs the best epoch was chosen on the fields that "
            "are reported: figures are a little too good (--choose-epoch inside)"
        )
    return lines


def _told(figures: SplitFigures) -> list[str]:
    rows = [{name: row[name] for name in _PRINTED} for row in figure_rows(figures)]
    lines = [figures.title, *aligned(rows, str.ljust)]
    for one in comparison_rows(figures):
        interval = f"{shown(one['low'])} to {shown(one['high'])}, p {shown(one['p (Holm)'])}"
        pair = f"{one['first']} - {one['second']}"
        lines.append(f"  {pair}: {one['difference of mae']:.4f} ({interval}): {one['verdict']}")
    return lines
