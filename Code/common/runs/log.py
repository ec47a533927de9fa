"""log0.xlsx: a row an epoch, a column a metric; further sheets tell how the run was made.

Sheets: `log`; `run`, how the run was made; `baselines`, the metrics of what the network is compared
with beside those of its best epoch; `fields`, which field of view was on which side of the split.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from common.files.atomic import whole_file
from common.files.workbooks import BEST, add_row, fill_entries, fill_header
from common.metrics.epoch_metrics import NAMES
from common.nucls.counting import Counts
from common.runs.epochs import COLUMNS, EPOCH, Epoch, best_epoch, epoch_of_row, split_metrics
from common.runs.record import Record, read_record
from common.utils.entries import to_entries
from common.utils.errors import InputError

_SHEETS = ("log", "run", "baselines", "fields")
_FORMATS = {"epoch": "0", "learning_rate": "0.0E+00", "seconds": "0.0", "images_per_second": "0.0"}
_ANSWERS = "answers"
_FIELD, _SIDE, _TUMOUR, _TOTAL = _FIELD_COLUMNS = ("field of view", "side", "tumour", "total")
_TRAIN, _VALIDATION = "train", "validation"

Metrics = dict[str, float]


@dataclass(frozen=True)
class SplitField:
    """A field of view as a log keeps it.

    Attributes:
        name: Its name.
        trains: Whether it is on the training side of the split.
        counts: Its nuclei.
    """

    name: str
    trains: bool
    counts: Counts


@dataclass(frozen=True)
class Log:
    """What a log holds.

    Attributes:
        record: How the run was made.
        epochs: The finished epochs.
        baselines: Validation metrics by name, by what answers.
        fields: The fields of view, in the order of the run; empty if they were not read.
    """

    record: Record
    epochs: Sequence[Epoch]
    baselines: dict[str, Metrics]
    fields: Sequence[SplitField]


def read_log(path: Path, with_fields: bool = True) -> Log:
    """Read a log that write_log wrote, and that people may have written into; fast without fields.

    Further sheets, columns and rows are passed over.

    Raises:
        InputError: A damaged or another workbook, or one of an older version.
    """
    wanted = _SHEETS if with_fields else _SHEETS[:-1]
    try:
        with closing(load_workbook(path, read_only=True, data_only=True)) as book:
            missing = [name for name in wanted if name not in book.sheetnames]
            sheets = [_rows(book[name]) for name in wanted if not missing]
    except (OSError, BadZipFile, KeyError, ValueError, TypeError, ParseError) as error:
        raise _foreign(path, f"none that can be read ({error})") from error
    if missing:
        raise _foreign(path, f"a workbook without the sheet {missing[0]}")
    record = read_record(dict(row[:2] for row in sheets[1]), path)
    try:
        epochs = [epoch_of_row(row) for row in _tables(sheets[0]) if EPOCH in row]
        answers = {row.pop(_ANSWERS): row for row in _tables(sheets[2]) if _ANSWERS in row}
        fields = [_read_field(row) for row in _tables(sheets[3])] if with_fields else []
        baselines = {name: split_metrics(row)[1] for name, row in answers.items()}
    except (KeyError, ValueError, TypeError) as error:
        raise _foreign(path, f"a cell that cannot be read ({error})") from error
    return Log(record, epochs, baselines, [field for field in fields if field])


def _rows(sheet: Worksheet) -> list[tuple]:
    """Return a sheet's rows, but for those without anything in their first two cells."""
    return [row for row in sheet.values if len(row) > 1 and None not in row[:2]]


def _tables(rows: list[tuple]) -> list[dict[str, Any]]:
    """Return the rows below the first by its names, without empty cells."""
    header, *below = rows or [()]
    return [
        {name: cell for name, cell in zip(header, row, strict=False) if name and cell is not None}
        for row in below
    ]


def _read_field(row: dict[str, Any]) -> SplitField | None:
    """Read a field of view; None for a row that is none."""
    if row.get(_SIDE) not in (_TRAIN, _VALIDATION):
        return None
    counts = Counts(int(row[_TUMOUR]), int(row[_TOTAL]))
    return SplitField(str(row[_FIELD]), row[_SIDE] == _TRAIN, counts)


def _foreign(path: Path, found: str) -> InputError:
    return InputError(
        "a log of a network script", found, path, "Name a log0.xlsx, or train the run again."
    )


def write_log(path: Path, log: Log) -> None:
    """Write the workbook; in the sheet `log` the best epoch is green, if its answers differ."""
    book = Workbook()
    sheet = book.active
    sheet.title = _SHEETS[0]
    _fill_epochs(sheet, log.epochs)
    fill_entries(book.create_sheet(_SHEETS[1]), to_entries(log.record))
    _fill_baselines(book.create_sheet(_SHEETS[2]), log)
    _fill_fields(book.create_sheet(_SHEETS[3]), log.fields)
    with whole_file(path) as beside:
        book.save(beside)


def _fill_epochs(sheet: Worksheet, epochs: Sequence[Epoch]) -> None:
    fill_header(sheet, COLUMNS)
    best = best_epoch(epochs) if epochs else None
    for epoch in epochs:
        row = epoch.row
        add_row(sheet, [row.get(column) for column in COLUMNS])
        for column, cell in zip(COLUMNS, sheet[sheet.max_row], strict=True):
            cell.number_format = _FORMATS.get(column, "0.0000")
            if epoch is best and not epoch.answers_alike:
                cell.font, cell.fill = Font(bold=True), BEST


def _fill_baselines(sheet: Worksheet, log: Log) -> None:
    fill_header(sheet, (_ANSWERS, *(f"val_{name}" for name in NAMES)))
    sheet.column_dimensions["A"].width = 24
    answers = dict(log.baselines)
    if log.epochs:
        best = best_epoch(log.epochs)
        answers[f"network, epoch {best.number}"] = best.validation
    for answer, metrics in answers.items():
        add_row(sheet, [answer, *(metrics.get(name) for name in NAMES)])
        for cell in sheet[sheet.max_row][1:]:
            cell.number_format = "0.0000"


def _fill_fields(sheet: Worksheet, fields: Sequence[SplitField]) -> None:
    fill_header(sheet, _FIELD_COLUMNS)
    sheet.column_dimensions["A"].width = 90
    for field in fields:
        side = _TRAIN if field.trains else _VALIDATION
        add_row(sheet, [field.name, side, field.counts.tumour, field.counts.total])
