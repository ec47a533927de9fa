"""Names that no table, log or file could hold are refused where they come in; others are kept."""

import csv
import io
import re
import tempfile
import unicodedata
from pathlib import Path

import pytest
from common.files.workbooks import add_row, fill_entries, fill_header
from common.images.formats import find_pictures
from common.utils.errors import InputError
from common.utils.names import LONGEST, check_names, fault_of, one_form, printable
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

ANY = st.text(st.characters(), min_size=1, max_size=80)


@settings(max_examples=500, deadline=None)
@given(ANY)
def test_a_name_that_is_accepted_survives_every_table(name: str) -> None:
    if fault_of(name):
        with pytest.raises(InputError) as told:
            check_names([name], "somewhere")
        str(told.value).encode()
        assert len(str(told.value).splitlines()) == 2
        return
    check_names([name], "somewhere")
    text = io.StringIO(newline="")
    csv.writer(text).writerow([name, 1])
    again = io.StringIO(text.getvalue().encode().decode(), newline="")
    assert next(csv.reader(again)) == [name, "1"]
    assert name[0] not in "=+-@"
    assert len(name.encode()) <= LONGEST


@settings(max_examples=500, deadline=None)
@given(st.lists(ANY | ANY.map("={}".format), min_size=1, max_size=3))
def test_a_cell_of_a_workbook_is_a_text(texts: list[str]) -> None:
    book = Workbook()
    add_row(book.active, texts)
    kept = io.BytesIO()
    book.save(kept)
    row = next(iter(load_workbook(kept).active.iter_rows()))
    assert all(cell.data_type == "s" for cell in row if cell.value is not None)
    for cell, text in zip(row, texts, strict=False):
        if fault_of(text) is None and not text.startswith("_x"):
            assert (cell.value or "").strip() == text.strip()


def test_heads_and_entries_are_texts(tmp_path: Path) -> None:
    book = Workbook()
    fill_header(book.active, ["=1+1", "epoch"])
    fill_entries(book.create_sheet("run"), {"=2": "=HYPERLINK(1)", "a": "#N/A", "b\x01\udcff": 3})
    book.save(tmp_path / "b.xlsx")
    cells = [cell for sheet in load_workbook(tmp_path / "b.xlsx") for row in sheet for cell in row]
    told = {cell.value: cell.data_type for cell in cells}
    assert told == {
        **{"=1+1": "s", "epoch": "s", "=2": "s", "=HYPERLINK(1)": "s", "a": "s", "#N/A": "s"},
        **{"b\\x01\\udcff": "s", 3: "n"},
    }


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (b"f\xe9.png", "bytes that are not UTF-8"),
        (b"a\tb.png", "a control character"),
        (b"=HYPERLINK(1).png", "a beginning that spreadsheets take for a formula"),
        (b"x" * 210 + b".png", "214 bytes"),
    ],
)
def test_pictures_to_predict_are_checked_once(name: bytes, found: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name.decode(errors="surrogateescape")).write_bytes(b"x")
        with pytest.raises(InputError, match=found) as told:
            find_pictures([Path(folder)])
    assert str(told.value).encode().count(b"\n") == 1


@pytest.mark.parametrize("folder", ["=x", "-y", "+1", "@a"])
def test_a_path_is_no_formula_in_a_table(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(folder).mkdir()
    (Path(folder) / "a.png").write_bytes(b"x")
    with pytest.raises(InputError, match=f"and no formula, found {re.escape(folder)}"):
        find_pictures([Path(f"./{folder}")])
    assert find_pictures([tmp_path / folder]) == [tmp_path / folder / "a.png"]


@settings(max_examples=500, deadline=None)
@given(ANY, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_one_form_for_spellings_of_a_name(name: str, form: str) -> None:
    assert one_form(unicodedata.normalize(form, name)) == one_form(name)
    assert one_form(f" {name}  ") == one_form(name)
    printable(name).encode()
