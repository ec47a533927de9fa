"""Workbooks: sheets laid out alike, with bold heads that stay in view, and read as rows."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from common.files.atomic import whole_file
from common.utils.entries import Entries, readable
from common.utils.errors import DAMAGED_ZIP
from common.utils.names import printable

# Named: a bold font without a name is drawn with serifs by LibreOffice.
_BOLD = Font(name="Calibri", size=11, bold=True)
_NOTE = Font(name="Calibri", size=11, italic=True)
_BEST = PatternFill("solid", fgColor="CDEBC8")
_HEADER = PatternFill("solid", fgColor="DDE3EA")
_NARROWEST, _WIDEST = 8, 90  # columns, in digits
# What openpyxl raises where the parts of a workbook are not what it expects.
_DAMAGED = (*DAMAGED_ZIP, ParseError, TypeError, AttributeError, IndexError)
# Of numbers that may be as small as learning rates are; 0 stays 0.
SMALL = "[=0]0;[<0.001]0.0E+00;0.0000"


def fill_header(sheet: Worksheet, columns: Sequence[str]) -> None:
    """Write the first row of a sheet: column names, bold, kept in view."""
    add_row(sheet, columns)
    for cell in sheet[1]:
        cell.font, cell.fill = _BOLD, _HEADER
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"


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
    formats = [_number_format([row[name] for row in rows]) for name in rows[0]]
    for at, row in enumerate(rows):
        add_row(sheet, row.values())
        for cell, number_format in zip(sheet[sheet.max_row], formats, strict=True):
            if isinstance(cell.value, float):
                cell.number_format = number_format
        if at == best:
            mark_best(sheet)


def _number_format(column: Sequence[str | float | None]) -> str:
    """Return the format of a column's fractions: no digits that nobody reads."""
    numbers = [value for value in column if isinstance(value, float)]
    if max(map(abs, numbers), default=0) >= 10:
        return "0.0"
    return SMALL if min(numbers, default=0) >= 0 else "0.0000"


def mark_best(sheet: Worksheet) -> None:
    """Mark the row that was written last as the best of its table."""
    for cell in sheet[sheet.max_row]:
        cell.font, cell.fill = _BOLD, _BEST


def add_notes(sheet: Worksheet, lines: Iterable[str]) -> None:
    """Write lines of text below a table."""
    sheet.append([])
    for line in lines:
        add_row(sheet, [line])
        sheet.cell(sheet.max_row, 1).font = _NOTE


def fill_entries(sheet: Worksheet, entries: Entries) -> None:
    """Write a record, an entry a row: its name in bold, its value."""
    for name, value in entries.items():
        add_row(sheet, [name, readable(value)])
        left, right = sheet[sheet.max_row]
        left.font = _BOLD
        left.alignment = Alignment(vertical="top")
        right.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)


def save_book(path: Path, book: Workbook) -> None:
    """Fit the sheets to what they hold, on screen and in print, and write the workbook whole."""
    for sheet in book.worksheets:
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)  # one page across
        for column in sheet.iter_cols():
            longest = max(map(_length, column))
            width = min(_WIDEST, max(_NARROWEST, 1.1 * longest + 2))  # 1.1: bold
            sheet.column_dimensions[column[0].column_letter].width = width
        if sheet.freeze_panes:
            _align(sheet)
    with whole_file(path) as beside:
        book.save(beside)


def _length(cell: Cell) -> int:
    if cell.value is None or cell.font.italic:  # a note goes over the columns beside it
        return 0
    return len(f"{cell.value:.4f}" if isinstance(cell.value, float) else str(cell.value))


def _align(sheet: Worksheet) -> None:
    """Put texts to the right, where numbers are, so that none touches the column before it.

    Names in the first column stay left.
    """
    first, *others = sheet.iter_cols()
    if any(isinstance(cell.value, int | float) for cell in first):
        others = [first, *others]
    for cell in (cell for column in others for cell in column):
        if isinstance(cell.value, str) and not cell.font.italic:
            cell.alignment = Alignment(horizontal="right")


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
