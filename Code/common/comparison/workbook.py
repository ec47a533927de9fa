"""comparison.xlsx: a sheet a block of comparable runs, best first; one of what was left out."""

from pathlib import Path

from openpyxl import Workbook

from common.comparison.ranking import Comparison
from common.comparison.table import filled, table_of
from common.files.workbooks import add_notes, add_row, fill_header, fill_table, save_book


def write_workbook(path: Path, comparison: Comparison) -> None:
    """Write the workbook."""
    book = Workbook()
    book.remove(book.active)
    for number, (block, runs) in enumerate(comparison.blocks.items(), 1):
        sheet = book.create_sheet(f"block {number}")
        rows = filled(table_of(runs))
        fill_table(sheet, rows, best=0 if rows[0]["rank"] == 1 else None)
        add_notes(sheet, block.lines)
    if comparison.left_out:
        sheet = book.create_sheet("left out")
        fill_header(sheet, ("log", "reason"))
        for log, reason in comparison.left_out.items():
            add_row(sheet, [str(log), reason])
    save_book(path, book)
