"""Annotations and pictures that are damaged or something else."""

import errno
import os
import re
from collections.abc import Callable

import cv2
import numpy as np
import pytest

Spoil = Callable[[bytes], bytes]


def misname_column(content: bytes) -> bytes:
    """Rename the column of groups, as somebody may in a spreadsheet."""
    return content.replace(b"group", b"class", 1)


def cut_in_field(content: bytes) -> bytes:
    """Cut in the middle of a quoted field of the last row."""
    return content[: content.rindex(b'"rgb(') + 6]


def cut_in_row(content: bytes) -> bytes:
    """Keep one whole row, and eight of the twelve fields of the next."""
    header, first, second = content.splitlines(keepends=True)[:3]
    return header + first + b",".join(second.split(b",")[:8])


def lose_group(content: bytes) -> bytes:
    """Empty the group of the second nucleus."""
    header, first, second = content.splitlines(keepends=True)[:3]
    fields = second.split(b",")
    return header + first + b",".join([*fields[:2], b"", *fields[3:]])


def header_only(content: bytes) -> bytes:
    """Keep the header."""
    return content.splitlines(keepends=True)[0]


def as_utf16(content: bytes) -> bytes:
    """Save as some spreadsheets do."""
    return content.decode().encode("utf-16")


COLUMNS = ", anchor_id, class, xmin, ymin, xmax, ymax, has_algorithmic_boundary and 4 more"
WRONG_CSVS: list[tuple[Spoil, str, str]] = [
    (
        misname_column,
        f"a column group or raw_classification, found columns '{COLUMNS}'",
        "Is it an annotation file of NuCLS? The column of groups may have lost its name.",
    ),
    (lambda content: b"", "a header row, found an empty file", "Get the file again."),
    (cut_in_field, "whole CSV rows, found unexpected end of data", "Get the file again."),
    (
        cut_in_row,
        "12 fields as in the header, found 8 in row 3",
        "The file may be cut off or edited: get it again.",
    ),
    (lose_group, "a group, found none in row 3", "Name the nucleus's group there."),
    (
        lambda content: b"\x89PNG\r\n\x1a\n" + content,
        "text in UTF-8, found byte 0x89, which is not UTF-8",
        "Save it as CSV UTF-8.",
    ),
    (as_utf16, "text in UTF-8, found UTF-16", "Save it as CSV UTF-8."),
    (header_only, "at least one nucleus, found none", "Remove this CSV and its picture."),
]


@pytest.mark.parametrize(("spoil", "message", "remedy"), WRONG_CSVS)
def test_wrong_csv(refused, data, spoil: Spoil, message: str, remedy: str):
    data.csv.write_bytes(spoil(data.csv.read_bytes()))
    refused(f"{message} in {data.csv}\n  {remedy}")
    assert not (data.root / "test.json").exists()


def test_csv_that_is_a_folder(refused, data):
    path = data.csv
    path.unlink()
    path.mkdir()
    found = os.strerror(errno.EISDIR)
    refused(f"a readable file, found {found} in {path}\n  Get the file again.")


UNDECODED = "none that can be decoded"


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda content: b"", "an empty file"),
        (lambda content: b"no picture", "a file of another format"),
        (lambda content: content[: len(content) // 2], f"{UNDECODED} (Truncated File Read)"),
        (lambda content: content[:-12], f"{UNDECODED} (truncated PNG file)"),
        (
            lambda content: content[:500] + bytes(20) + content[520:],
            f"{UNDECODED} (broken PNG file (bad header checksum in b'IDAT'))",
        ),
    ],
    ids=["empty", "text", "half of it", "without its end", "damaged"],
)
def test_picture_that_cannot_be_decoded(refused, data, spoil: Spoil, found: str):
    data.png.write_bytes(spoil(data.png.read_bytes()))
    expected = "a whole picture (PNG, JPEG, TIFF, BMP)"
    refused(f"{expected}, found {found} in {data.png}\n  Get it again.")


def test_unreadable_picture(refused, data):
    path = data.png
    path.unlink()
    path.mkdir()
    refused(f"a whole picture (PNG, JPEG, TIFF, BMP), found a folder in {path}\n  Get it again.")


@pytest.mark.parametrize(("width", "height"), [(1, 1), (64, 31)])
def test_picture_that_is_too_small(refused, data, width: int, height: int):
    cv2.imwrite(str(data.png), np.zeros((height, width, 3), np.uint8))
    found = f"{width} x {height} px"
    refused(f"at least 32 x 32 px, found {found} in {data.png}\n  Get it again.")


SPELLING = "one spelling of each group, found {} and 'tumor' in {}"
GIVE_ONE = "Give each group one spelling in the CSVs."


@pytest.mark.parametrize(
    ("pattern", "instead", "expected", "remedy"),
    [
        (r",tumor,", ",Tumor,", SPELLING.format("'Tumor'", "{}"), GIVE_ONE),
        (r",tumor,", ", tumor,", SPELLING.format("' tumor'", "{}"), GIVE_ONE),
        (r",tumor,", ",Correction_tumor,", SPELLING.format("'Correction_tumor'", "{}"), GIVE_ONE),
        (
            r",tumor,",
            ",nan,",
            "a group, found nan in row {row} in {}",
            "Name the nucleus's group there.",
        ),
        (
            r",tumor,\d+,",
            ",tumor,inf,",
            "numbers in xmin, xmax, ymin, ymax, found the number 'inf' in {}",
            "Each nucleus's box is needed for this.",
        ),
        (
            r"^(.*),group,(.*)$",
            r"\1,group,Group,\2",
            "columns of different names, found 'group', 'Group' in {}",
            "Remove or rename one: nobody knows which of them holds.",
        ),
    ],
    ids=["case", "space", "correction", "nan", "inf", "columns"],
)
def test_groups_and_boxes_that_are_none(
    refused, data, pattern: str, instead: str, expected: str, remedy: str
):
    texts = {path: path.read_text() for path in sorted((data.root / "contours").glob("*.csv"))}
    path = next(path for path, text in texts.items() if text.count(",tumor,") > 1)
    path.write_text(re.sub(pattern, instead, texts[path], count=1, flags=re.MULTILINE))
    before = texts[path].partition(",tumor,")[0]
    refused(f"{expected.format(path, row=before.count(chr(10)) + 1)}\n  {remedy}")


def test_pictures_that_were_resized_after_they_were_annotated(refused, data):
    picture = cv2.imread(str(data.png))
    cv2.imwrite(str(data.png), cv2.resize(picture, None, fx=0.5, fy=0.5))
    lines = data.csv.read_text().splitlines()[1:]
    boxes = np.array([[float(cell) for cell in line.split(",")[3:7]] for line in lines])
    across, down = boxes[:, [0, 2]].mean(1), boxes[:, [1, 3]].mean(1)
    found = f"{min(across):.0f} to {max(across):.0f} across and {min(down):.0f} to {max(down):.0f}"
    refused(
        f"centres of nuclei in the picture of 32 x 32 px, found {found} down in {data.png}\n"
        "  Was the picture resized or replaced after it was annotated?"
    )
