"""A damaged log or checkpoint is told in an InputError, whatever the damage."""

import contextlib
import io
import random
from pathlib import Path
from zipfile import ZipFile

import pytest
from common.runs.checkpoint import read_checkpoint
from common.runs.log import read_log
from common.utils.errors import InputError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.chart import LineChart, Reference

OLDER = Path(__file__).with_name("older")
LOG, CHECKPOINT = OLDER / "log0.xlsx", OLDER / "unfinished.npz"
many = settings(
    max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def damaged(content: bytes, rng: random.Random) -> bytes:
    """Change, cut out or cut off some bytes."""
    changed = bytearray(content)
    for _ in range(rng.choice([1, 2, 20])):
        at = rng.randrange(len(changed) or 1)
        kind = rng.choice(["change", "change", "remove", "insert", "end"])
        if kind == "change" and changed:
            changed[at] = rng.randrange(256)
        elif kind == "remove":
            del changed[at : at + rng.choice([1, 50])]
        elif kind == "insert":
            changed[at:at] = rng.randbytes(4)
        else:
            del changed[at + len(changed) // 2 :]
    return bytes(changed)


def with_a_damaged_part(content: bytes, rng: random.Random) -> bytes:
    """Damage one of the files in a ZIP, so that its checksum still fits, or leave it out."""
    with ZipFile(io.BytesIO(content)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    name = rng.choice(sorted(parts))
    part = parts.pop(name)
    if rng.random() < 0.9:
        parts[name] = damaged(part, rng)
    changed = io.BytesIO()
    with ZipFile(changed, "w") as file:
        for one, part in parts.items():
            file.writestr(one, part)
    return changed.getvalue()


@pytest.mark.filterwarnings("ignore::UserWarning")  # of openpyxl and zipfile
@pytest.mark.parametrize(("path", "read"), [(LOG, read_log), (CHECKPOINT, read_checkpoint)])
@many
@given(st.randoms(use_true_random=False), st.sampled_from([damaged, with_a_damaged_part]))
def test_damaged_bytes(path: Path, read, tmp_path: Path, rng: random.Random, damage) -> None:
    copy = tmp_path / path.name
    copy.write_bytes(damage(path.read_bytes(), rng))
    with contextlib.suppress(InputError):  # what is left may be enough, but nothing else is raised
        read(copy)


def test_a_checkpoint_that_is_packed_in_a_way_of_its_own(tmp_path: Path) -> None:
    content = bytearray(CHECKPOINT.read_bytes())
    content[content.rfind(b"PK\x01\x02") + 6] = 254  # the ZIP version that it needs
    (tmp_path / "unfinished.npz").write_bytes(content)
    with pytest.raises(InputError, match="expected the state of an unfinished run, found a damag"):
        read_checkpoint(tmp_path / "unfinished.npz")


@pytest.mark.parametrize("drawn", [True, False])
def test_a_chart_that_somebody_has_put_into_a_log(tmp_path: Path, drawn: bool) -> None:
    book = load_workbook(LOG)
    sheet = book.create_chartsheet("Chart1")
    if drawn:
        chart = LineChart()
        chart.add_data(Reference(book["log"], min_col=3, min_row=1, max_row=4))
        sheet.add_chart(chart)
    book.save(tmp_path / "log0.xlsx")
    if drawn:
        assert len(read_log(tmp_path / "log0.xlsx").epochs) == 3
        return
    with pytest.raises(InputError, match="expected a log of a network script"):  # not of Excel
        read_log(tmp_path / "log0.xlsx")
