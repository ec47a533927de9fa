"""comparison.xlsx: a sheet a block of comparable runs, best first; a sheet of what was left out."""

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font

from common.comparison.ranking import Comparison
from common.comparison.table import table_of
from common.files.atomic import whole_file
from common.files.workbooks import BEST, add_row, fill_header


def write_workbook(path: Path, comparison: Comparison) -> None:
    """Write the workbook."""
    book = Workbook()
    book.remove(book.active)
    for number, (block, runs) in enumerate(comparison.blocks.items(), 1):
        sheet = book.create_sheet(f"block {number}")
        rows = table_of(runs)
        fill_header(sheet, list(rows[0]))
        for row in rows:
            add_row(sheet, list(row.values()))
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, float):
                    small = 0 < abs(cell.value) < 0.001  # as learning rates are
                    cell.number_format = "0.0E+00" if small else "0.0000"
                if row[0].value == 1:
                    cell.font, cell.fill = Font(bold=True), BEST
        sheet.append([])
        for line in block.lines:
            add_row(sheet, [line])
            sheet.cell(sheet.max_row, 1).font = Font(italic=True)
    sheet = book.create_sheet("left out")
    fill_header(sheet, ("log", "reason"))
    for log, reason in comparison.left_out.items():
        add_row(sheet, [str(log), reason])
    with whole_file(path) as beside:
        book.save(beside)
