"""The annotation files of other public sets: nuclei as points. A format is a row of FORMATS."""

import csv
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from common.files.json_text import parse_json
from common.utils.errors import InputError, name_some

_AGAIN = "Get the file again."
_BRECAHAD_GROUPS = {
    "tumor": "tumor",
    "non_tumor": "non_tumor",
    "mitosis": "mitotic_figure",
    "apoptosis": "apoptotic_body",
}
_OCELOT_GROUPS = {"1": "other", "2": "tumor"}


@dataclass(frozen=True)
class Point:
    """A nucleus: its group as NuCLS would call it, and its place, px of the picture."""

    group: str
    x: float
    y: float


@dataclass(frozen=True)
class Format:
    """How a public set is laid out.

    Attributes:
        title: The set, with its publication.
        folder: The name of the folders of annotation files.
        suffix: Of these files.
        pictures: The name of the folders of pictures, if one of a name lies elsewhere as well.
        other: Names of folders whose pictures are none of the annotated ones.
        read: Reads a file: path, width and height of its picture, classes to be left out.
    """

    title: str
    folder: str
    suffix: str
    pictures: str
    other: tuple[str, ...]
    read: Callable[[Path, tuple[int, int], Collection[str]], list[Point]]


def _read_brecahad(path: Path, size: tuple[int, int], left_out: Collection[str]) -> list[Point]:
    """Read {"<class>": [{"x": share of the width, "y": share of the height}, ...], ...}."""
    try:
        classes = parse_json(path.read_bytes())
    except ValueError as error:
        raise InputError("JSON", str(error), path, _AGAIN) from error
    if not isinstance(classes, dict):
        raise InputError("a JSON object of classes", "something else", path, _AGAIN)
    unknown = sorted(classes.keys() - _BRECAHAD_GROUPS.keys() - set(left_out))
    if unknown:
        known = ", ".join(_BRECAHAD_GROUPS)
        remedy = f"If these mark no nuclei: --leave-out {' '.join(unknown)}"
        raise InputError(f"only the classes {known}", name_some(unknown), path, remedy)
    return [
        Point(group, _share(one, "x", path) * size[0], _share(one, "y", path) * size[1])
        for name, group in _BRECAHAD_GROUPS.items()
        if name not in left_out
        for one in _points_of(classes, name, path)
    ]


def _points_of(classes: dict[str, object], name: str, path: Path) -> list[object]:
    points = classes.get(name, [])
    if not isinstance(points, list):
        raise InputError(f"a list of points for {name}", "something else", path, _AGAIN)
    return points


def _share(point: object, axis: str, path: Path) -> float:
    value = point.get(axis) if isinstance(point, dict) and point.keys() == {"x", "y"} else None
    if type(value) not in (int, float) or not 0 <= value <= 1:
        raise InputError('{"x": 0 to 1, "y": 0 to 1}', str(point), path, _AGAIN)
    return float(value)


def _read_ocelot(path: Path, size: tuple[int, int], left_out: Collection[str]) -> list[Point]:
    """Read rows "x, y, class", px of the picture, without a header; an empty file has no nuclei."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError("rows of x, y, class", str(error), path, _AGAIN) from error
    return [
        _ocelot_point(row, number, size, path)
        for number, row in enumerate(rows, 1)
        if row and row[-1].strip() not in left_out
    ]


def _ocelot_point(row: list[str], number: int, size: tuple[int, int], path: Path) -> Point:
    try:
        x, y, group = float(row[0]), float(row[1]), _OCELOT_GROUPS[row[2].strip()]
        if len(row) != 3 or not (0 <= x <= size[0] and 0 <= y <= size[1]):
            raise ValueError
    except (ValueError, KeyError, IndexError) as error:
        expected = f"x up to {size[0]}, y up to {size[1]}, and class 1 or 2"
        raise InputError(expected, f"{','.join(row)!r} in row {number}", path, _AGAIN) from error
    return Point(group, x, y)


FORMATS = {
    "brecahad": Format(
        title="BreCaHAD (Aksac et al. 2019, doi 10.1186/s13104-019-4121-7)",
        folder="groundTruth",
        suffix=".json",
        pictures="images",
        other=("groundTruth", "groundTruth_display"),
        read=_read_brecahad,
    ),
    "ocelot": Format(
        title="OCELOT (Ryu et al. 2023, CVPR)",
        folder="cell",
        suffix=".csv",
        pictures="cell",
        other=("tissue",),
        read=_read_ocelot,
    ),
}
