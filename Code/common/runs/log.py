"""log0.xlsx: a row an epoch, a column a metric; further sheets tell how the run was made.

Sheets: `log`; `run`, how the run was made; `baselines`, the metrics of what the network is compared
with beside those of its best epoch; `fields`, which field of view was on which side of the split.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from common.files.atomic import whole_file
from common.files.workbooks import fill_entries, fill_header
from common.metrics.epoch_metrics import NAMES
from common.nucls.counting import Counts
from common.runs.epochs import COLUMNS, Epoch, best_epoch, epoch_of_row, split_metrics
from common.runs.record import Record, read_record
from common.utils.entries import to_entries
from common.utils.errors import InputError

_SHEETS = ("log", "run", "baselines", "fields")
_FORMATS = {"epoch": "0", "learning_rate": "0.0E+00", "seconds": "0.0", "images_per_second": "0.0"}
_BEST = PatternFill("solid", fgColor="CDEBC8")
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
    """Read a log that write_log wrote; without fields is fast.

    Raises:
        InputError: A damaged or another workbook, or one of an older version.
    """
    try:
        with closing(load_workbook(path, read_only=True, data_only=True)) as book:
            names = tuple(book.sheetnames)
            wanted = _SHEETS if with_fields else _SHEETS[:-1]
            sheets = [list(book[name].values) for name in wanted] if names == _SHEETS else []
    except (OSError, BadZipFile, KeyError, ValueError, TypeError, ParseError) as error:
        raise _foreign(path, f"none that can be read ({error})") from error
    if not sheets:
        raise _foreign(path, f"a workbook with the sheets {', '.join(names)}")
    epochs, baselines = _read_epochs(sheets[0], path), _read_baselines(sheets[2])
    fields = [_read_field(row) for row in sheets[3][1:]] if with_fields else []
    return Log(read_record(dict(row[:2] for row in sheets[1]), path), epochs, baselines, fields)


def _read_epochs(sheet: list[tuple], path: Path) -> list[Epoch]:
    header, *rows = sheet or [()]
    try:
        return [epoch_of_row(_filled(header, row)) for row in rows]
    except (KeyError, ValueError, TypeError) as error:
        raise _foreign(path, "an epoch with a number missing") from error


def _filled(header: tuple, row: tuple) -> dict[str, float]:
    """Return a row's cells by column, without empty ones."""
    return {name: x for name, x in zip(header, row, strict=True) if name and x is not None}


def _read_baselines(sheet: list[tuple]) -> dict[str, Metrics]:
    header, *rows = sheet
    return {row[0]: split_metrics(_filled(header[1:], row[1:]))[1] for row in rows}


def _read_field(row: tuple) -> SplitField:
    name, side, tumour, total = row[:4]
    return SplitField(name, side == _TRAIN, Counts(tumour, total))


def _foreign(path: Path, found: str) -> InputError:
    return InputError(
        "a log of a network script", found, path, "Name a log0.xlsx, or train the run again."
    )


def write_log(path: Path, log: Log) -> None:
    """Write the workbook; in the sheet `log` the best epoch is green."""
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
        sheet.append([row.get(column) for column in COLUMNS])
        for column, cell in zip(COLUMNS, sheet[sheet.max_row], strict=True):
            cell.number_format = _FORMATS.get(column, "0.0000")
            if epoch is best:
                cell.font, cell.fill = Font(bold=True), _BEST


def _fill_baselines(sheet: Worksheet, log: Log) -> None:
    fill_header(sheet, ("answers", *(f"val_{name}" for name in NAMES)))
    sheet.column_dimensions["A"].width = 24
    answers = dict(log.baselines)
    if log.epochs:
        best = best_epoch(log.epochs)
        answers[f"network, epoch {best.number}"] = best.validation
    for answer, metrics in answers.items():
        sheet.append([answer, *(metrics.get(name) for name in NAMES)])
        for cell in sheet[sheet.max_row][1:]:
            cell.number_format = "0.0000"


def _fill_fields(sheet: Worksheet, fields: Sequence[SplitField]) -> None:
    fill_header(sheet, ("field of view", "side", "tumour", "total"))
    sheet.column_dimensions["A"].width = 90
    for field in fields:
        side = _TRAIN if field.trains else _VALIDATION
        sheet.append([field.name, side, field.counts.tumour, field.counts.total])
