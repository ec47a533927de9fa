"""Workbooks: every cell can be read, on screen and in print."""

from pathlib import Path

from common.files.workbooks import add_notes, fill_entries, fill_table, save_book
from openpyxl import Workbook, load_workbook


def test_columns_are_as_wide_as_what_they_hold_and_a_page_is(tmp_path: Path) -> None:
    book, path = Workbook(), tmp_path / "book.xlsx"
    rows = [
        {"rank": 1, "network": "Res152_Conv_4_5", "val_mae": 0.09, "seconds": 1200.0, "p": None},
        {"rank": "=1", "network": "Res50", "val_mae": 0.1, "seconds": 24.25, "p": 0.5},
    ]
    fill_table(book.active, rows, best=0)
    add_notes(book.active, ["a note, much longer than any cell of the column that it stands in"])
    fill_entries(book.create_sheet("run"), {"command": "python Res50.py " + "--option " * 30})
    save_book(path, book)
    table, run = load_workbook(path).worksheets
    for column in table.iter_cols(max_row=3):
        width = table.column_dimensions[column[0].column_letter].width
        assert len(max((str(cell.value) for cell in column), key=len)) < width < 25
    assert [cell.number_format for cell in table[3]][2:4] == [table["C2"].number_format, "0.0"]
    assert {cell.font.name for row in (*table.rows, *run.rows) for cell in row} == {"Calibri"}
    assert [cell.alignment.horizontal for cell in table[3]][:2] == ["right", "right"]
    assert (run["B1"].alignment.wrap_text, run.column_dimensions["B"].width) == (True, 90)
    assert all(sheet.sheet_properties.pageSetUpPr.fitToPage for sheet in (table, run))
