"""log0.xlsx: a row an epoch, a column a figure; a second sheet says how the run was made."""

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

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

Row = dict[str, float]


def best_row(rows: list[Row]) -> Row:
    """Return the first row of the lowest val_loss. Raises ValueError if there are no rows."""
    return min(rows, key=lambda row: row["val_loss"])


def write_log(path: Path, rows: list[Row], facts: dict[str, object]) -> None:
    """Write the workbook: sheet `log` with COLUMNS, the best epoch green; sheet `run`."""
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
    with whole_file(path) as beside:
        book.save(beside)


def _fill_log(sheet: Worksheet, rows: list[Row]) -> None:
    sheet.append(COLUMNS)
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _HEADER
        cell.alignment = Alignment(horizontal="right")
        sheet.column_dimensions[cell.column_letter].width = max(10, len(cell.value) + 2)
    sheet.freeze_panes = "B2"
    best = best_row(rows)["epoch"] if rows else None
    for row in rows:
        sheet.append([row[column] for column in COLUMNS])
        for column, cell in zip(COLUMNS, sheet[sheet.max_row], strict=True):
            cell.number_format = _FORMATS.get(column, "0.0000")
            if row["epoch"] == best:
                cell.font, cell.fill = Font(bold=True), _BEST
