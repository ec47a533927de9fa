"""log0.xlsx: a row an epoch, a column a metric; further sheets tell how the run was made.

Sheets: `log`; `run`, how the run was made; `baselines`, the metrics of what the network is compared
with beside those of its best epoch; `fields`, which field of view was on which side of the split;
`answers`, what the network of the best epoch and the baselines answered for each validation field.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from common.baselines.table import BASELINES
from common.files.workbooks import (
    SMALL,
    add_row,
    fill_entries,
    fill_header,
    mark_best,
    read_sheets,
    save_book,
    table_of_rows,
)
from common.metrics.epoch_metrics import NAMES
from common.nucls.counting import Counts
from common.runs.epochs import (
    EPOCH,
    Epoch,
    best_epoch,
    columns_of,
    epoch_of_row,
    lowest_epoch,
    split_metrics,
)
from common.runs.record import Record, read_record
from common.runs.run_fields import Answers, Side, SplitField, answers_of_rows
from common.utils.entries import to_entries
from common.utils.errors import InputError

_SHEETS = ("log", "run", "baselines", "fields")
_FORMATS = {"epoch": "0", "learning_rate": SMALL, "seconds": "0.0", "images_per_second": "0.0"}
_ANSWERS = "answers"  # the sheet, and the first column of the baselines
_FIELD, _SIDE, _TUMOUR, _TOTAL = _FIELD_COLUMNS = ("field of view", "side", "tumour", "total")

Metrics = dict[str, float]


@dataclass(frozen=True)
class Log:
    """What a log holds.

    Attributes:
        record: How the run was made.
        epochs: The finished epochs.
        baselines: Validation metrics by name, by what answers.
        fields: The fields of view, in the order of the run; empty if they were not read.
        answers: For the validation fields; None before the first epoch, or if they were not read.
    """

    record: Record
    epochs: Sequence[Epoch]
    baselines: dict[str, Metrics]
    fields: Sequence[SplitField]
    answers: Answers | None = None

    @property
    def known_baselines(self) -> dict[str, Metrics]:
        """Those of BASELINES, in their order; the sheet also has the network, and people's rows."""
        return {
            one.name: self.baselines[one.name] for one in BASELINES if one.name in self.baselines
        }


def read_log(path: Path, with_fields: bool = True, with_answers: bool = False) -> Log:
    """Read a log that write_log wrote, and that people may have written into; fast without fields.

    Further sheets, columns and rows are passed over. Logs of earlier versions have no answers.

    Raises:
        InputError: A damaged or another workbook, or one of an older version.
    """
    wanted = _SHEETS if with_fields else _SHEETS[:-1]
    if not path.is_file():
        raise _foreign(path, "no file")
    try:
        sheets = read_sheets(path, (*wanted, _ANSWERS) if with_answers else wanted)
    except ValueError as error:
        raise _foreign(path, f"none that can be read ({error})") from error
    missing = [name for name in wanted if name not in sheets]
    if missing:
        raise _foreign(path, f"a workbook without the sheet {missing[0]}")
    record = read_record(dict(row[:2] for row in sheets["run"]), path)
    try:
        epochs = [epoch_of_row(row) for row in table_of_rows(sheets["log"]) if EPOCH in row]
        answers = {
            row.pop(_ANSWERS): row for row in table_of_rows(sheets["baselines"]) if _ANSWERS in row
        }
        fields = [_read_field(row) for row in table_of_rows(sheets.get("fields", []))]
        baselines = {name: split_metrics(row)[1] for name, row in answers.items()}
        given = answers_of_rows(sheets[_ANSWERS]) if sheets.get(_ANSWERS) else None
    except (KeyError, ValueError, TypeError) as error:
        raise _foreign(path, f"a cell that cannot be read ({error})") from error
    return Log(record, epochs, baselines, [field for field in fields if field], given)


def read_begun_log(path: Path) -> Log:
    """Read the log of a run that has finished an epoch, with its answers.

    Raises:
        InputError: It has none yet, or cannot be read.
    """
    log = read_log(path, with_answers=True)
    if not log.epochs:
        raise InputError("a log with a finished epoch", "none", path, "Let the run go on.")
    return log


def _read_field(row: dict[str, Any]) -> SplitField | None:
    """Read a field of view; None for a row that is none."""
    if row.get(_SIDE) not in list(Side):
        return None
    counts = Counts(int(row[_TUMOUR]), int(row[_TOTAL]))
    return SplitField(str(row[_FIELD]), Side(row[_SIDE]), counts)


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
    if log.answers:
        _fill_answers(book.create_sheet(_ANSWERS), log.answers)
    save_book(path, book)


def _fill_epochs(sheet: Worksheet, epochs: Sequence[Epoch]) -> None:
    columns = columns_of(epochs)
    fill_header(sheet, columns)
    best = best_epoch(epochs) if epochs else None
    for epoch in epochs:
        row = epoch.row
        add_row(sheet, [row.get(column) for column in columns])
        for column, cell in zip(columns, sheet[sheet.max_row], strict=True):
            cell.number_format = _FORMATS.get(column, "0.0000")
        if epoch is best and not epoch.answers_alike:
            mark_best(sheet)


def _fill_baselines(sheet: Worksheet, log: Log) -> None:
    fill_header(sheet, (_ANSWERS, *(f"val_{name}" for name in NAMES)))
    answers = dict(log.baselines)
    if log.epochs:
        best, lowest = best_epoch(log.epochs), lowest_epoch(log.epochs)
        answers[f"network, epoch {best.number}"] = best.validation
        if lowest is not best:
            answers[f"network, epoch {lowest.number} (lowest val_loss)"] = lowest.validation
    for answer, metrics in answers.items():
        add_row(sheet, [answer, *(metrics.get(name) for name in NAMES)])
        for cell in sheet[sheet.max_row][1:]:
            cell.number_format = "0.0000"


def _fill_fields(sheet: Worksheet, fields: Sequence[SplitField]) -> None:
    fill_header(sheet, _FIELD_COLUMNS)
    for field in fields:
        add_row(sheet, [field.name, field.side, field.counts.tumour, field.counts.total])


def _fill_answers(sheet: Worksheet, answers: Answers) -> None:
    header, *rows = answers.rows()
    fill_header(sheet, header)
    for row in rows:
        add_row(sheet, row)
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, float):
                cell.number_format = "0.0000"
