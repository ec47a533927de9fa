"""study.html: finished runs on one page, each with a link to its report."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from common import VERSION
from common.baselines.table import BASELINES
from common.comparison.blocks import Block
from common.comparison.columns import EXPLAINED
from common.comparison.graphs import curves_of
from common.comparison.ranking import FinishedRun
from common.comparison.table import table_of
from common.pages.page import (
    Cell,
    bullets,
    heading,
    link_to,
    paragraph,
    picture,
    table,
    write_page,
)
from common.report import STUDY_TITLE, parts
from common.report.checklist import answer_checklist
from common.report.evaluations import Missing, evaluate_command
from common.report.facts import facts_of
from common.report.run_files import read_run
from common.report.study import Study, report_of
from common.runs.paths import paths_of

_SHORT = ("rank", "val_mae", "val_mae - best", "p", "mae", "icc")
_BLOCK = "Runs of one block are comparable: the same fields, labels, pictures, split and seed."


def write_study_report(page: Path, study: Study) -> None:
    """Write the page; an earlier one is replaced.

    Args:
        page: The file.
        study: Whose runs all have their reports.
    """
    content = [*_head(study), *_pooled(page, study), heading("Runs")]
    content.append(table([_row(run, page) for run in study.runs], EXPLAINED))
    for block, runs in study.comparison.blocks.items():
        if len(runs) > 1:
            content += _block(block, runs, page)
    content += [*_made(study), *_checklist(study.chosen, page)]
    write_page(page, STUDY_TITLE, content, parts.STYLE)


def _head(study: Study) -> Iterator[str]:
    now = datetime.now().astimezone().isoformat(" ", "minutes")
    total, blocks = len(study.runs), len(study.comparison.blocks)
    yield heading(STUDY_TITLE, 1)
    yield paragraph(f"Finished runs: {total}; blocks: {blocks}. {_BLOCK}")
    yield paragraph(f"Report of {now}, by version {VERSION} of the project.")
    told = [f"{what} ({count} of {total})" for what, count in study.concerns().items()]
    yield f'<div class="first">{heading("Read this first")}{bullets(told)}</div>'
    left_out = study.comparison.left_out.values()
    if left_out:
        yield heading("Left out")
        yield bullets(left_out)
    missing = [
        Missing(f"an evaluation of {one.label}", evaluate_command(paths_of(one.path)))
        for one in study.runs
        if one.evaluation is None
    ]
    if missing:
        yield heading("What is missing, and the command that makes it")
        yield parts.missing_list(missing)


def _pooled(page: Path, study: Study) -> Iterator[str]:
    if study.pooled:
        html, png = study.pooled
        yield heading("Cross-validation")
        yield parts.link_line("Pooled answers of all folds, with intervals and tests: ",
                              link_to(html, page, html.name))  # fmt: skip
        if png.is_file():
            yield picture(png.read_bytes(), "MAE of each way of answering, with intervals")


def _row(run: FinishedRun, page: Path) -> dict[str, Cell]:
    recipe, best, output = run.record.recipe, run.best, paths_of(run.path).output
    maes = {name: one.get("mae") for name, one in run.log.baselines.items()}
    return {
        "report": link_to(report_of(run), page, run.label),
        "folder": link_to(output, page, output.name),
        "learning rate": recipe.setting.learning_rate,
        "dropout": recipe.setting.dropout,
        "seed": recipe.machinery.seed,
        "best epoch": best.number,
        "val_mae": best.validation["mae"],
        "mae": run.evaluation.estimates["mae"].text()
        if run.evaluation and "mae" in run.evaluation.estimates
        else None,
        **{one.name: maes.get(one.name) for one in BASELINES},
        "split": recipe.data.split,
    }


def _block(block: Block, runs: Sequence[FinishedRun], page: Path) -> Iterator[str]:
    best = read_run(runs[0].path)
    yield heading(block.title.replace("\n", ", "))
    yield paragraph("; ".join(block.lines))
    for line in best.record.shown.audit.describe():
        yield paragraph(parts.sentence(line))
    links = ({"report": link_to(report_of(run), page, run.label)} for run in runs)
    rows = [
        link | {name: row[name] for name in _SHORT}
        for link, row in zip(links, table_of(runs), strict=True)
    ]
    yield table(rows, EXPLAINED, rows[0] if rows[0]["rank"] == 1 else None)
    yield curves_of(runs, "All runs").to_html()
    for one in best.own:
        yield heading(f"The best of them, {runs[0].label}: {one.name}", 3)
        yield parts.graphs(one.graphs)


def _made(study: Study) -> Iterator[str]:
    same, different = study.entries()
    yield heading("What was decided: the same in all runs")
    yield parts.entries_table(same)
    if different:
        yield heading("What differs")
        yield parts.entries_table({name: "; ".join(values) for name, values in different.items()})


def _checklist(run: FinishedRun, page: Path) -> Iterator[str]:
    link = link_to(report_of(run), page, f"{run.label}, {run.record.shown.data_set}")
    note = parts.link_line("Answered from the files of one run, the best of its block: ", link)
    yield from parts.checklist(answer_checklist(facts_of(read_run(run.path))), note)
