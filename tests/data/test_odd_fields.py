"""Fields that cannot be used: all are named, and left out on request."""

import re
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from helpers.spoiled import (
    LFS,
    Spoiled,
    all_of,
    colour,
    counted,
    junk,
    look,
    nothing,
    rewritten,
    spreadsheet,
)


def written(name: str, content: bytes) -> Callable[[Spoiled], object]:
    """Make a function that overwrites a file, of annotations unless its suffix tells a picture."""

    def write(one: Spoiled) -> None:
        path = Path(name)
        (one.picture if path.suffix else one.csv)(path.stem).write_bytes(content)

    return write


def cut(one: Spoiled) -> None:
    one.csv("a").write_bytes(one.csv("a").read_bytes()[:-30])


def cut_picture(one: Spoiled) -> None:
    one.picture("b").write_bytes(one.picture("b").read_bytes()[:200])


def tiny(one: Spoiled) -> None:
    cv2.imwrite(str(one.picture("c")), np.zeros((23, 25, 3), np.uint8))


def far_region(one: Spoiled) -> None:
    text = ",fovname,xmin,ymin,xmax,ymax\n0,a,110,0,300,300\n"
    (one.root / "contours" / "ALL_FOV_LOCATIONS.csv").write_text(text)


# What can be left out, and which fields it makes unusable, with what is said of each.
ODD = {
    "empty": (written("a", b""), {"a": "an empty file"}),
    "no nuclei": (rewritten(lambda rows: rows.__delitem__(slice(1, None))), {"a": "nucleus"}),
    "only marks": (rewritten(lambda rows: rows.__delitem__(slice(1, -1))), {"a": "nucleus"}),
    "cut off": (cut, {"a": "12 fields as in the header"}),
    "binary": (written("a", b"\x89PNG\r\n\x1a\n\0\0"), {"a": "byte 0x89, which is not UTF-8$"}),
    "UTF-16": (rewritten(nothing, encoding="utf-16"), {"a": "UTF-16"}),
    "cp1252 with commas": (
        rewritten(colour(11, "grün"), encoding="cp1252"),
        {"a": r"byte 0xfc, which is not UTF-8 \(perhaps cp1252, as Excel saves it\)"},
    ),
    "tabs": (rewritten(nothing, delimiter="\t"), {"a": "a column group or raw_classification"}),
    "another table": (written("a", b"name,age\nx,1\n"), {"a": "found columns 'name, age'"}),
    "no name of a group": (rewritten(lambda rows: rows[1].__setitem__(2, "")), {"a": "a group"}),
    "a pointer in place of labels": (written("a", LFS), {"a": "a git-LFS pointer"}),
    "a pointer in place of a picture": (written("b.png", LFS), {"b": "a git-LFS pointer"}),
    "an empty picture": (written("b.png", b""), {"b": "an empty file"}),
    "no picture": (written("b.png", b"no picture"), {"b": "a file of another format"}),
    "a picture cut off": (cut_picture, {"b": "a whole picture"}),
    "a tiny picture": (tiny, {"c": "at least 32 x 32 px, found 25 x 23 px"}),
    "a region at the rim": (far_region, {"a": "at least (one nucleus|32 x 32 px)"}),
    "labels and pictures": (
        all_of(cut, cut_picture, tiny),
        {"a": "12 fields", "b": "a whole picture", "c": "at least 32"},
    ),
    "among junk and copies": (
        all_of(junk, spreadsheet, written("c", b""), tiny, written("d.png", LFS)),
        {"c": "an empty file", "d": "a git-LFS pointer"},
    ),
}


@pytest.mark.parametrize("case", ODD)
def test_is_named_and_left_out_on_request(case: str, tmp_path: Path) -> None:
    one = Spoiled(tmp_path / "set")
    spoil, reasons = ODD[case]
    spoil(one)
    survey = look(one.root)
    told = str(survey.refusal)
    assert len(told.splitlines()) == 2
    assert set(survey.extraction.odd) == set(reasons)
    for name, reason in reasons.items():
        said = survey.extraction.odd[name].reason
        assert said in told
        assert re.search(reason, said)
    survey = look(one.root, skip=True)
    found = {field.name: (field.counts.tumour, field.counts.total) for field in survey.fields}
    usable = {name: nuclei for name, nuclei in one.fields.items() if name not in reasons}
    assert found == counted(usable)
    assert survey.refusal is None
    assert [field.name for field in survey.plan.fields] == sorted(usable)
