"""Thousands of damaged annotation files and pictures: a right answer or the documented error."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from common.images.reading import read_picture
from common.nucls.annotations import read_groups
from common.utils.errors import InputError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.slow

Answer = TypeVar("Answer")
MANY = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}
MESSAGE = re.compile(r"expected .+, found .+ in .+field\.\w+\n  .+", re.DOTALL)
# Bytes are changed, lost, doubled, cut off; and what people and editors put in.
SNIPPETS = [
    b'"',
    b",",
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"tumor",
    b"fov",
    b"",
]
place = st.floats(0, 1, exclude_max=True)
damage = st.one_of(
    st.tuples(st.just("replace"), place, st.binary(min_size=1, max_size=4)),
    st.tuples(st.just("insert"), place, st.sampled_from(SNIPPETS) | st.binary(max_size=8)),
    st.tuples(st.just("remove"), place, st.integers(1, 40)),
    st.tuples(st.just("double"), place, st.integers(1, 200)),
    st.tuples(st.just("cut"), place, st.none()),
)


def damaged(content: bytes, damages: list[tuple]) -> bytes:
    for kind, share, what in damages:
        at = int(share * len(content))
        head, tail = content[:at], content[at:]
        if kind == "replace":
            content = head + what + tail[len(what) :]
        elif kind == "insert":
            content = head + what + tail
        elif kind == "remove":
            content = head + tail[what:]
        elif kind == "double":
            content = head + tail[:what] + tail
        else:
            content = head
    return content


def rows_by_hand(text: str) -> list[list[str]]:
    """Split CSV text character by character, after RFC 4180; independent of Python's reader."""
    rows, row, field, quoted, at = [], [], "", False, 0
    while at < len(text):
        char = text[at]
        if quoted:
            if char != '"':
                field += char
            elif text[at + 1 : at + 2] == '"':
                field, at = field + '"', at + 1
            else:
                quoted = False
        elif char == '"' and not field:
            quoted = True
        elif char == ",":
            row, field = [*row, field], ""
        elif char in "\r\n":
            at += text[at : at + 2] == "\r\n"
            rows, row, field = [*rows, [*row, field]], [], ""
        else:
            field += char
        at += 1
    return [*rows, [*row, field]] if row or field else rows


def groups_by_hand(content: bytes) -> list[str]:
    header, *rows = rows_by_hand(content.decode("utf-8-sig"))
    column = header.index("group" if "group" in header else "raw_classification")
    groups = [row[column].removeprefix("correction_") for row in rows]
    return [group for group in groups if not group.startswith("fov")]


@pytest.fixture(scope="module")
def csv(sample: Path) -> bytes:
    """Return a good part of the longest annotation file of the sample."""
    files = (path.read_bytes() for path in (sample / "contours").glob("*.csv"))
    return max(files, key=len)[:3000].rpartition(b"\n")[0] + b"\n"


@pytest.fixture(scope="module")
def png(sample: Path) -> bytes:
    return next((sample / "rgbs").glob("*.png")).read_bytes()


def answer(read: Callable[[Path], Answer], path: Path) -> Answer | None:
    """Return what a file is read as, or None if it is refused as it should be."""
    try:
        return read(path)
    except InputError as error:
        told = str(error)
    assert MESSAGE.fullmatch(told)
    return None


@settings(max_examples=10_000, **MANY)
@given(damages=st.lists(damage, min_size=1, max_size=3))
def test_a_damaged_csv_gives_its_nuclei_or_an_error(csv: bytes, tmp_path: Path, damages):
    content = damaged(csv, damages)
    path = tmp_path / "field.csv"
    path.write_bytes(content)
    groups = answer(read_groups, path)
    assert groups is None or groups == groups_by_hand(content)


@settings(max_examples=1_000, **MANY)
@given(damages=st.lists(damage, min_size=1, max_size=3))
def test_a_damaged_picture_is_read_or_refused(png: bytes, tmp_path: Path, damages):
    content = damaged(png, damages)
    path = tmp_path / "field.png"
    path.write_bytes(content)
    picture = answer(read_picture, path)
    if picture is not None:
        width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
        assert (picture.shape, picture.dtype) == ((height, width, 3), np.uint8)
