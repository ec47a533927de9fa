"""A table that grows: what is kept, what is refused, what a full disk costs."""

import json
import os
from pathlib import Path

import pytest
from common.files.resumable_csv import ResumableCsv
from common.utils.errors import InputError

MADE_FROM = {"model": "a", "pictures": "2, 0123"}


@pytest.fixture
def complete(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    with ResumableCsv(path, ("file", "density"), MADE_FROM) as table:
        table.add([("a.png", 1), ("b.png", 2)])
        table.finish()
    return path


def test_a_disk_that_fills_while_a_table_grows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, made_from = tmp_path / "table.csv", {"model": "a"}
    with ResumableCsv(path, ("file", "density"), made_from) as table:
        table.add([("a.png", 1), ("b.png", 2)])

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with (
        pytest.raises(OSError, match="No space left on device") as told,
        ResumableCsv(path, ("file", "density"), made_from) as table,
    ):
        table.add([("c.png", 3)])
    assert told.value.filename == str(tmp_path / "table.part.csv")
    monkeypatch.undo()
    part = tmp_path / "table.part.csv"
    part.write_bytes(part.read_bytes()[:-3])  # the row was cut in two
    with ResumableCsv(path, ("file", "density"), made_from) as table:
        assert table.done == ["a.png", "b.png"]
        table.add([("c.png", 3)])
        table.finish()
    assert path.read_text() == "file,density\na.png,1\nb.png,2\nc.png,3\n"


def test_a_complete_table_is_recognised(complete: Path) -> None:
    with ResumableCsv(complete, ("file", "density"), MADE_FROM) as table:
        assert (table.complete, table.done) == (True, ["a.png", "b.png"])


@pytest.mark.parametrize(
    "changed", ["", "file,density\na.png,1\n", "file,density\na.png,1\nb.png,0\n", "note\n"]
)
def test_a_complete_table_that_somebody_has_changed(complete: Path, changed: str) -> None:
    complete.write_text(changed)
    with pytest.raises(InputError, match="expected the table as it was written, found a changed"):
        ResumableCsv(complete, ("file", "density"), MADE_FROM)
    assert complete.read_text() == changed
    # Earlier versions kept no digest.
    note = complete.with_suffix(".json")
    note.write_text(json.dumps(MADE_FROM))
    assert ResumableCsv(complete, ("file", "density"), MADE_FROM).complete


@pytest.mark.parametrize("content", ["{}", '{"x": 1}', '{"model": "b"}', "[]", "mine"])
def test_a_file_of_somebody_else_in_place_of_the_note(tmp_path: Path, content: str) -> None:
    note = tmp_path / "table.json"
    note.write_text(content)
    with pytest.raises(InputError, match=str(note)):
        ResumableCsv(tmp_path / "table.csv", ("file", "density"), MADE_FROM)
    assert [path.name for path in tmp_path.iterdir()] == ["table.json"]
    assert note.read_text() == content


def test_a_table_that_an_earlier_version_began_goes_on_with_its_columns(tmp_path: Path) -> None:
    path, columns = tmp_path / "table.csv", ("file", "density", "low", "high", "notes")
    with ResumableCsv(path, ("file", "density", "notes"), MADE_FROM) as table:
        table.add([("a.png", 1, "")])
    with ResumableCsv(path, columns, MADE_FROM) as table:
        assert table.done == ["a.png"]
        table.add([("b.png", 2, "", "", "grey")])
        table.finish()
    assert path.read_text() == "file,density,notes\na.png,1,\nb.png,2,grey\n"
    assert ResumableCsv(path, columns, MADE_FROM).complete


def test_columns_of_a_later_version_are_not_mixed(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    with ResumableCsv(path, ("file", "low", "density"), MADE_FROM) as table:
        table.add([("a.png", 0, 1)])
    with pytest.raises(InputError, match="expected columns among file, density, found file, low"):
        ResumableCsv(path, ("file", "density"), MADE_FROM)
