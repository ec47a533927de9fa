"""Sheets of workbooks: written alike, with bold heads that stay in view, and read as rows."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from common.utils.entries import Entries, readable
from common.utils.errors import DAMAGED_ZIP
from common.utils.names import printable

BEST = PatternFill("solid", fgColor="CDEBC8")  # of the best row of a table
_HEADER = PatternFill("solid", fgColor="DDE3EA")
# What openpyxl raises where the parts of a workbook are not what it expects.
_DAMAGED = (*DAMAGED_ZIP, ParseError, TypeError, AttributeError, IndexError)
# Of numbers that may be as small as learning rates are; 0 stays 0.
SMALL = "[=0]0;[<0.001]0.0E+00;0.0000"


def fill_header(sheet: Worksheet, columns: Sequence[str]) -> None:
    """Write the first row of a sheet: column names, bold, kept in view."""
    add_row(sheet, columns)
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _HEADER
        cell.alignment = Alignment(horizontal="right")
        sheet.column_dimensions[cell.column_letter].width = max(10, len(cell.value) + 2)
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)  # one page across


def add_row(sheet: Worksheet, values: Iterable[str | float | None]) -> None:
    """Append a row. Texts stay texts, also those that look like formulas or errors."""
    sheet.append([_text(sheet, one) if isinstance(one, str) else one for one in values])


def _text(sheet: Worksheet, text: str) -> Cell:
    cell = Cell(sheet, row=1, column=1, value=printable(text))
    cell.data_type = "s"
    return cell


def fill_table(
    sheet: Worksheet, rows: Sequence[Mapping[str, str | float | None]], best: int | None = None
) -> None:
    """Write a table: names of columns, a row below the other; `best`: the row that is marked."""
    fill_header(sheet, list(rows[0]))
    for at, row in enumerate(rows):
        add_row(sheet, row.values())
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, float):
                cell.number_format = SMALL if cell.value >= 0 else "0.0000"
            if at == best:
                cell.font, cell.fill = Font(bold=True), BEST


def fill_entries(sheet: Worksheet, entries: Entries) -> None:
    """Write a record, an entry a row: its name in bold, its value."""
    for name, value in entries.items():
        add_row(sheet, [name, readable(value)])
        sheet.cell(sheet.max_row, 1).font = Font(bold=True)
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 90


def read_sheets(path: Path, names: Sequence[str]) -> dict[str, list[tuple]]:
    """Read those of the named sheets that are there: rows that have something in two first cells.

    Raises:
        ValueError: The workbook cannot be read.
    """
    try:
        with closing(load_workbook(path, read_only=True, data_only=True)) as book:
            there = [name for name in names if name in book.sheetnames]
            return {name: _filled(book[name]) for name in there}
    except _DAMAGED as error:
        raise ValueError(str(error)) from error


def _filled(sheet: Worksheet) -> list[tuple]:
    return [row for row in sheet.values if len(row) > 1 and None not in row[:2]]


def table_of_rows(rows: Sequence[tuple]) -> list[dict[str, Any]]:
    """Return the rows below the first by its names, without empty cells."""
    header, *below = rows or [()]
    return [
        {name: cell for name, cell in zip(header, row, strict=False) if name and cell is not None}
        for row in below
    ]
