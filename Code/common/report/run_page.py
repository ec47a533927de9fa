"""report.html: a run on one page, from what it and its evaluations have left."""

from collections.abc import Iterator
from datetime import datetime

from common import VERSION
from common.metrics.epoch_metrics import LABELS, LOSS
from common.metrics.meanings import MEANINGS
from common.pages.chart import Chart, Curve, beside
from common.pages.page import Cell, bullets, heading, paragraph, write_page
from common.report import TITLE, parts
from common.report.checklist import answer_checklist
from common.report.concerns import concerns_of
from common.report.evaluations import Evaluation
from common.report.facts import facts_of
from common.report.run_files import RunFiles, side_rows
from common.utils.entries import Entries, to_entries

_CURVES = (LOSS, "mae")
_COMPARED = ("mae", "rmse", "msle", "cosine")  # of the table of baselines


def write_run_report(run: RunFiles) -> None:
    """Write the page beside the run's graphs; an earlier one is replaced."""
    page = [
        *_head(run),
        *_data(run),
        *_curves(run),
        *_agreement(run),
        heading("What was decided"),
        parts.entries_table(to_entries(run.record.recipe)),
        heading("Versions and machine"),
        parts.entries_table(_made(run)),
        *parts.checklist(answer_checklist(facts_of(run))),
    ]
    write_page(run.page, TITLE, page, parts.STYLE)


def _head(run: RunFiles) -> Iterator[str]:
    best, now = run.best, datetime.now().astimezone().isoformat(" ", "minutes")
    yield heading(run.name, 1)
    mae = f", validation MAE {best.validation['mae']:.4f}" if "mae" in best.validation else ""
    yield paragraph(f"Best epoch {best.number} of {len(run.log.epochs)}{mae}.")
    yield paragraph(f"{run.paths.log}. Report of {now}, by version {VERSION} of the project.")
    concerns = bullets(concerns_of(run.log, run.paths))
    yield f'<div class="first">{heading("Read this first")}{concerns}</div>'
    if run.missing:
        yield heading("What is missing, and the command that makes it")
        yield parts.missing_list(run.missing)


def _data(run: RunFiles) -> Iterator[str]:
    shown, recipe = run.record.shown, run.record.recipe
    yield heading("Data, split and audit")
    yield paragraph(f"{shown.data_set}: {recipe.data.fields} fields of view.")
    yield paragraph(f"Split: {recipe.data.split}.")
    answers = run.log.answers
    if answers and answers.patient_count:
        yield paragraph(f"Patients of the validation fields: {answers.patient_count}.")
    yield parts.numbers_table(side_rows(run.log.fields))
    for line in shown.audit.describe():
        yield paragraph(parts.sentence(line))
    looked = (f"{name}: {count}" for name, count in to_entries(shown.audit).items())
    yield paragraph(f"Looked for: {'; '.join(looked)}.")


def _curves(run: RunFiles) -> Iterator[str]:
    yield heading("Curves and baselines")
    yield beside(_chart(run, metric) for metric in _CURVES)
    rows = [_baseline_row(f"network, epoch {run.best.number}", run.best.validation)]
    rows += [_baseline_row(name, values) for name, values in run.log.known_baselines.items()]
    yield paragraph("On the validation fields, for the network at its best epoch:")
    yield parts.numbers_table(rows, MEANINGS)


def _chart(run: RunFiles, metric: str) -> Chart:
    epochs, best = run.log.epochs, run.best.number
    training = [(one.number, one.training[metric]) for one in epochs if metric in one.training]
    validation = [
        (one.number, one.validation[metric]) for one in epochs if metric in one.validation
    ]
    choice = [(one.number, one.choice[metric]) for one in epochs if metric in one.choice]
    curves = [Curve("training", training, None, 0), Curve("validation", validation, best, 1)]
    if choice:
        curves.append(Curve("fields that choose the epoch", choice, best, 2))
    levels = {name: one[metric] for name, one in run.log.known_baselines.items() if metric in one}
    return Chart(f"{LABELS[metric]} (dot: best epoch, {best})", curves, levels)


def _baseline_row(name: str, values: dict[str, float]) -> dict[str, Cell]:
    return {"answers": name} | {metric: values.get(metric) for metric in _COMPARED}


def _agreement(run: RunFiles) -> Iterator[str]:
    yield heading("Agreement with the labels")
    if not run.evaluations:
        yield paragraph("Not evaluated: see what is missing, above.")
    for one in run.evaluations:
        yield heading(one.name, 3)
        yield from map(paragraph, _told(one))
        yield parts.numbers_table(_metric_rows(one), MEANINGS)
        if one.kept.coverage:
            yield paragraph(f"Interval around an answer: {one.kept.answer_interval}.")
            yield parts.numbers_table(_coverage_rows(one))
        yield parts.graphs(one.graphs)


def _told(one: Evaluation) -> Iterator[str]:
    kept = one.kept
    patients = "unknown" if kept.patients is None else kept.patients
    yield f"{kept.data_set}. Fields: {kept.fields or 'unknown'}; patients: {patients}."
    yield from kept.notes
    if kept.interval:
        yield f"In brackets: {kept.interval}."
    reasons = dict.fromkeys(estimate.reason for estimate in kept.estimates.values())
    for reason in filter(None, reasons):
        names = [name for name, estimate in kept.estimates.items() if estimate.reason == reason]
        yield f"{', '.join(names)}: {reason}."


def _metric_rows(one: Evaluation) -> list[dict[str, Cell]]:
    """Return the metrics of the network, of people and of counting alone, a row each."""
    names = list(one.kept.estimates)
    given = {"network": one.kept.estimates, **one.kept.people}
    rows: list[dict[str, Cell]] = [
        {"answers": who} | {name: of[name].text() if name in of else None for name in names}
        for who, of in given.items()
    ]
    floor = {name: one.kept.floor.get(name) for name in names}
    return [*rows, {"answers": "noise of counting"} | floor] if one.kept.floor else rows


def _coverage_rows(one: Evaluation) -> list[dict[str, Cell]]:
    held = one.kept.coverage.items()
    return [{"intervals promise": share, "and held": of.text() or of.reason} for share, of in held]


def _made(run: RunFiles) -> Entries:
    record = run.record
    dates = {"command": record.command, "start": record.start, "resumed": record.resumed}
    end = {"end": record.end or "not finished"}
    shown = {
        n: x for n, x in to_entries(record.shown).items() if n not in to_entries(record.shown.audit)
    }
    return dates | end | shown | to_entries(record.computed)
