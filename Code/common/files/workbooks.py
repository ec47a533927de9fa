"""Sheets of a workbook that look alike: bold heads that stay in view, names beside values."""

from collections.abc import Iterable, Sequence

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from common.utils.entries import Entries, readable
from common.utils.names import printable

BEST = PatternFill("solid", fgColor="CDEBC8")  # of the best row of a table
_HEADER = PatternFill("solid", fgColor="DDE3EA")


def fill_header(sheet: Worksheet, columns: Sequence[str]) -> None:
    """Write the first row of a sheet: column names, bold, kept in view."""
    add_row(sheet, columns)
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _HEADER
        cell.alignment = Alignment(horizontal="right")
        sheet.column_dimensions[cell.column_letter].width = max(10, len(cell.value) + 2)
    sheet.freeze_panes = "B2"


def add_row(sheet: Worksheet, values: Iterable[str | float | None]) -> None:
    """Append a row. Texts stay texts, also those that look like formulas or errors."""
    sheet.append([_text(sheet, one) if isinstance(one, str) else one for one in values])


def _text(sheet: Worksheet, text: str) -> Cell:
    cell = Cell(sheet, row=1, column=1, value=printable(text))
    cell.data_type = "s"
    return cell


def fill_entries(sheet: Worksheet, entries: Entries) -> None:
    """Write a record, an entry a row: its name in bold, its value."""
    for name, value in entries.items():
        add_row(sheet, [name, readable(value)])
        sheet.cell(sheet.max_row, 1).font = Font(bold=True)
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 90
