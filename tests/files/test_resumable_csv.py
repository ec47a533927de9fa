"""A table that grows: a full disk is told with its name, and costs only what was half-written."""

import os
from pathlib import Path

import pytest
from common.files.resumable_csv import ResumableCsv


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
