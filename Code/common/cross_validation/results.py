"""What a cross-validation leaves: predictions.csv, a workbook, a picture and a page."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from openpyxl import Workbook

from common.cross_validation import TITLE
from common.cross_validation.figures import Answerer, SplitFigures
from common.cross_validation.picture import picture_of
from common.cross_validation.pooled import Pooled, baselines_of
from common.files.atomic import check_ours, whole_file
from common.files.figures import write_picture
from common.files.workbooks import fill_table, save_book
from common.metrics.agreement import Estimate
from common.metrics.meanings import MEANINGS
from common.pages.page import Cell, heading, paragraph, picture, table, write_page

NAMES = ("cross_validation.html", "cross_validation.xlsx", "cross_validation.png")
_PREDICTIONS = "predictions.csv"
_COLUMNS = ("split", "network", "folder", "way", "seed", "fold", "field of view", "patient",
            "density", "predicted")  # fmt: skip
_INTRODUCTION = (
    "Each field is answered for by networks that have not seen it, and figures are computed over "
    "the fields of all folds together. In brackets the 95 % interval: patients drawn with "
    "replacement. Differences of MAE on the same fields are tested with patients as clusters, and "
    "p is corrected for the number of comparisons (Holm). The coverage is the share of fields, "
    "patients alike, whose density is held by the interval from the other patients of its fold."
)


def check_results(folder: Path) -> None:
    """Raise InputError if results there are not of a cross-validation."""
    page, *others = (folder / name for name in NAMES)
    check_ours(page, TITLE, *others, folder / _PREDICTIONS)


def write_results(
    folder: Path, pooled: Sequence[Pooled], figures: Sequence[SplitFigures], notes: Sequence[str]
) -> None:
    """Write all results; earlier ones are replaced.

    Args:
        folder: That receives them.
        pooled: All answers.
        figures: Of each split.
        notes: Said on the page below its title.
    """
    page, workbook, image = (folder / name for name in NAMES)
    png = picture_of(figures)
    # First of all: by the page the other files are known as ours if we are ended in between.
    write_page(page, TITLE, _parts(figures, notes, png))
    _write_predictions(folder / _PREDICTIONS, pooled)
    _write_workbook(workbook, figures)
    write_picture(image, png)


def _parts(figures: Sequence[SplitFigures], notes: Sequence[str], png: bytes) -> list[str]:
    parts = [heading(TITLE, 1), *map(paragraph, notes), paragraph(_INTRODUCTION)]
    parts.append(picture(png, "MAE of each way of answering, with intervals"))
    for one in figures:
        rows = figure_rows(one)
        parts += [heading(one.title), table(rows, MEANINGS, rows[0])]
        parts += [heading("Differences", 3), table(comparison_rows(one))]
    return parts


def figure_rows(figures: SplitFigures) -> list[dict[str, Cell]]:
    """Return the table of what answered: a row each, with intervals over patients."""
    return [row for one in figures.answerers for row in _rows(one)]


def _rows(one: Answerer) -> list[dict[str, Cell]]:
    return [
        {"answers": name, "seeds": len(one.answers)}
        | {metric: estimate.text() for metric, estimate in estimates.items()}
        | {"mae, SD over seeds": one.spread if estimates is one.estimates else None}
        for name, estimates in _told(one)
    ]


def _told(one: Answerer) -> list[tuple[str, dict[str, Estimate]]]:
    averaged = [(f"{one.name}, answers averaged", one.averaged)] if one.averaged else []
    return [(one.name, one.estimates), *averaged]


def number_rows(figures: SplitFigures) -> list[dict[str, Cell]]:
    """Return what figure_rows tells as numbers to compute with: a row a metric."""
    return [
        {"answers": name, "metric": metric, "value": of.value, "low": of.low, "high": of.high}
        for one in figures.answerers
        for name, estimates in _told(one)
        for metric, of in estimates.items()
    ]


def comparison_rows(figures: SplitFigures) -> list[dict[str, Cell]]:
    """Return the table of tests: a row a pair."""
    return [
        {
            "first": one.first,
            "second": one.second,
            "difference of mae": one.difference.value,
            "low": one.difference.low,
            "high": one.difference.high,
            "p (Holm)": one.p,
            "verdict": one.verdict,
        }
        for one in figures.comparisons
    ]


def _write_predictions(path: Path, pooled: Sequence[Pooled]) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in pooled:
        by = (one.trained.answering, one.trained.folder, one.trained.way)
        for seed, answers in zip(one.seeds, one.answers, strict=True):
            writer.writerows(_answered(one, (*by, seed), answers))
    for split in dict.fromkeys(one.split for one in pooled):
        of = [one for one in pooled if one.split == split]
        for name, answers in baselines_of(of).items():
            writer.writerows(_answered(of[0], (name, "", "", ""), answers))
    with whole_file(path) as beside:
        beside.write_text(buffer.getvalue(), encoding="utf-8", newline="")


def _answered(
    of: Pooled, by: tuple[str, str, str, int | str], answers: np.ndarray
) -> Iterator[tuple[str | int, ...]]:
    fields = zip(of.folds, of.fields, of.patients, of.true, answers, strict=True)
    for fold, name, patient, true, answer in fields:
        yield of.split, *by, fold, name, patient, f"{true:.6f}", f"{answer:.6f}"


def _write_workbook(path: Path, figures: Sequence[SplitFigures]) -> None:
    book = Workbook()
    book.remove(book.active)
    for one in figures:
        fill_table(book.create_sheet(one.split), figure_rows(one), best=0)
        fill_table(book.create_sheet(f"{one.split}, differences"), comparison_rows(one))
        fill_table(book.create_sheet(f"{one.split}, numbers"), number_rows(one))
    save_book(path, book)
