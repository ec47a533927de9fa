"""log0.xlsx: a row an epoch, a column a figure; further sheets tell how the run was made.

Sheets: `log`; `run`, how the run was made; `baselines`, the figures of what the network is compared
with beside those of its best epoch; `fields`, which field of view was on which side of the split.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from common.baselines import Figures
from common.errors import InputError
from common.fields import Field
from common.files import whole_file

FIGURES = ("loss", "mae", "mse", "rmse", "msle", "cosine")
COLUMNS = (
    "epoch",
    "learning_rate",
    *FIGURES,
    *(f"val_{figure}" for figure in FIGURES),
    "seconds",
    "images_per_second",
)
_FORMATS = {"epoch": "0", "learning_rate": "0.0E+00", "seconds": "0.0", "images_per_second": "0.0"}
_HEADER = PatternFill("solid", fgColor="DDE3EA")
_BEST = PatternFill("solid", fgColor="CDEBC8")

_SHEETS = ("log", "run", "baselines", "fields")

Row = dict[str, float]


@dataclass(frozen=True)
class Log:
    """A log as it was read: the epochs, how the run was made, baselines, sides of the split.

    baselines: figures named val_mae, ..., by what answers. sides: (field of view, "train" or
    "validation", tumour, total).
    """

    path: Path
    rows: list[Row]
    facts: dict[str, object]
    baselines: dict[str, Row]
    sides: list[tuple[str, str, int, int]]

    def fact(self, name: str) -> str:
        """Return how the run was made; raises InputError if the sheet `run` does not tell."""
        if name not in self.facts:
            remedy = "An older version of the scripts wrote the log: train the run again."
            raise InputError(f"{name!r} in the sheet `run`", "none", self.path, remedy)
        return str(self.facts[name])


def read_log(path: Path, with_fields: bool = True) -> Log:
    """Read a log that write_log wrote; without fields (fast) `sides` is empty.

    Raises InputError for a damaged or another workbook.
    """
    try:
        with closing(load_workbook(path, read_only=True, data_only=True)) as book:
            wanted = _SHEETS if with_fields else _SHEETS[:-1]
            names = tuple(book.sheetnames)
            sheets = [list(book[name].values) for name in wanted] if names == _SHEETS else []
    except (OSError, BadZipFile, KeyError, ValueError, TypeError, ParseError) as error:
        raise _foreign(path, f"none that can be read ({error})") from error
    if not sheets or sheets[0][:1] != [COLUMNS]:
        raise _foreign(path, f"a workbook with the sheets {', '.join(names)}")
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in sheets[0][1:]]
    if not all(isinstance(value, int | float) for row in rows for value in row.values()):
        raise _foreign(path, "an epoch with a figure missing")
    header, *answers = sheets[2]
    baselines = {row[0]: dict(zip(header[1:], row[1:], strict=True)) for row in answers}
    return Log(path, rows, dict(sheets[1]), baselines, sheets[3][1:] if with_fields else [])


def _foreign(path: Path, found: str) -> InputError:
    return InputError(
        "a log of a network script", found, path, "Name a log0.xlsx, or train the run again."
    )


def best_row(rows: list[Row]) -> Row:
    """Return the first row of the lowest val_loss. Raises ValueError if there are no rows."""
    return min(rows, key=lambda row: row["val_loss"])


def write_log(
    path: Path,
    rows: list[Row],
    facts: dict[str, object],
    baselines: dict[str, Figures],
    sides: list[tuple[Field, str]],
) -> None:
    """Write the workbook; in the sheet `log` the best epoch is green. sides: train, validation."""
    book = Workbook()
    log, run = book.active, book.create_sheet("run")
    log.title = "log"
    _fill_log(log, rows)
    for name, value in facts.items():
        run.append([name, value if isinstance(value, int | float) else str(value)])
    for (name,) in run.iter_rows(max_col=1):
        name.font = Font(bold=True)
    run.column_dimensions["A"].width = 24
    run.column_dimensions["B"].width = 90
    _fill_baselines(book.create_sheet("baselines"), rows, baselines)
    _fill_fields(book.create_sheet("fields"), sides)
    with whole_file(path) as beside:
        book.save(beside)


def _fill_log(sheet: Worksheet, rows: list[Row]) -> None:
    fill_header(sheet, COLUMNS)
    best = best_row(rows)["epoch"] if rows else None
    for row in rows:
        sheet.append([row[column] for column in COLUMNS])
        for column, cell in zip(COLUMNS, sheet[sheet.max_row], strict=True):
            cell.number_format = _FORMATS.get(column, "0.0000")
            if row["epoch"] == best:
                cell.font, cell.fill = Font(bold=True), _BEST


def fill_header(sheet: Worksheet, columns: Sequence[str]) -> None:
    """Write the first row of a sheet: column names, bold, kept in view."""
    sheet.append(columns)
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _HEADER
        cell.alignment = Alignment(horizontal="right")
        sheet.column_dimensions[cell.column_letter].width = max(10, len(cell.value) + 2)
    sheet.freeze_panes = "B2"


def _fill_baselines(sheet: Worksheet, rows: list[Row], baselines: dict[str, Figures]) -> None:
    fill_header(sheet, ("answers", *(f"val_{figure}" for figure in FIGURES)))
    sheet.column_dimensions["A"].width = 24
    for name, figures in baselines.items():
        sheet.append([name, *(figures[figure] for figure in FIGURES)])
    if rows:
        best = best_row(rows)
        answers = f"network, epoch {best['epoch']:.0f}"
        sheet.append([answers, *(best[f"val_{figure}"] for figure in FIGURES)])
    for row in sheet.iter_rows(min_row=2, min_col=2):
        for cell in row:
            cell.number_format = "0.0000"


def _fill_fields(sheet: Worksheet, sides: list[tuple[Field, str]]) -> None:
    fill_header(sheet, ("field of view", "side", "tumour", "total"))
    sheet.column_dimensions["A"].width = 90
    for field, side in sides:
        sheet.append([field.name, side, field.tumour, field.total])
