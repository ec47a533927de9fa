"""A public set of pictures with points -> a data set in the NuCLS layout, whole or not at all."""

import csv
import shutil
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from common.images.formats import pictures_in
from common.images.reading import read_picture
from common.importers import NOTE
from common.importers.formats import FORMATS, Format, Point
from common.utils.cli import option
from common.utils.errors import InputError, name_all, name_some
from common.utils.names import list_below
from common.utils.ranges import whole_number
from common.utils.terminal import bar

# The columns of NuCLS' earlier single-rater release, whose `type` tells boxes around points.
_COLUMNS = ("", "group", "type", "xmin", "ymin", "xmax", "ymax", "coords_x", "coords_y")


@dataclass(frozen=True)
class ImportOptions:
    """What is made of points."""

    box_size: int = option(
        30,
        "edge of the box around each point (default: 30, a nucleus at 0.2 microns a pixel); its "
        "centre is the point",
        type=whole_number(2, 1000),
        metavar="PX",
    )
    leave_out: list[str] | None = option(
        None, "the set's own classes that mark no nuclei, as tubules", nargs="+", metavar="CLASS"
    )


@dataclass(frozen=True)
class Import:
    """A set that is to be imported, checked.

    Attributes:
        source, output: Its folder, and the one that is made.
        kind: Its format.
        pictures: By name of the field of view.
        points: The nuclei of each.
        unlabelled: Pictures without annotations, which are left out.
        options: What is made of points.
    """

    source: Path
    output: Path
    kind: Format
    pictures: dict[str, Path]
    points: dict[str, list[Point]]
    unlabelled: list[str]
    options: ImportOptions

    def describe(self) -> list[str]:
        """Say what was found, and what is not known."""
        groups = Counter(point.group for points in self.points.values() for point in points)
        empty = [name for name, points in self.points.items() if not points]
        edge = self.options.box_size
        lines = [
            self.kind.title,
            f"{len(self.points)} fields of view, {groups.total()} nuclei: "
            + ", ".join(f"{name} {count}" for name, count in groups.most_common()),
            f"boxes are squares of {edge} px around points, no outlines of nuclei (type: point)",
            "patients are not known: names tell none. A table patients.csv beside contours/ would.",
        ]
        if self.options.leave_out:
            lines.append(f"classes left out: {', '.join(self.options.leave_out)}")
        if empty:
            lines.append(f"{len(empty)} fields without nuclei: {name_some(empty)}")
        if self.unlabelled:
            without = f"left out: {len(self.unlabelled)} pictures without annotations"
            lines.append(f"{without}: {name_some(self.unlabelled)}")
        return lines


def plan_import(kind: str, source: Path, output: Path, options: ImportOptions) -> Import:
    """Read a set's annotations and look at its pictures.

    Raises:
        InputError: A file is not of the format, or has no picture; or the output is there.
    """
    if output.exists():
        raise InputError("no folder yet", "one", output, "Remove it, or name another.")
    if _unfinished(output).exists():  # known before minutes of decoding
        raise _refused(output)
    row = FORMATS[kind]
    files = _annotation_files(row, source)
    found = _pictures(row, source, set(files))
    pictures = {name: paths[0] for name, paths in found.items() if name in files}
    unlabelled = sorted(found.keys() - files.keys())
    points: dict[str, list[Point]] = {}
    odd: dict[str, InputError] = {}
    for name, path in bar(files.items(), "reading", unit=" fields"):
        try:
            height, width = read_picture(pictures[name]).shape[:2]
            points[name] = row.read(path, (width, height), options.leave_out or ())
        except InputError as error:
            odd[name] = error
    if odd:
        raise name_all(odd, "Mend or remove them.")
    return Import(source, output, row, pictures, points, unlabelled, options)


def _annotation_files(kind: Format, source: Path) -> dict[str, Path]:
    """Map names of fields to annotation files. Raises InputError if there are none, or two."""
    wanted = f"{kind.folder}/*{kind.suffix}"
    below = list_below(source) if source.is_dir() else []
    files = [one for one in below if one.match(wanted) and not one.name.startswith(".")]
    if not files:
        zips = [path.name for path in below if path.suffix == ".zip"]
        found = f"none, but {name_some(zips)}: unpack it" if zips else "none"
        remedy = "Name the folder that the set was unpacked to."
        raise InputError(f"files {wanted}", found, source, remedy)
    by_name = _by_name(files)
    _check_single(by_name, source)
    return {name: paths[0] for name, paths in by_name.items()}


def _pictures(kind: Format, source: Path, labelled: set[str]) -> dict[str, list[Path]]:
    """Map names to pictures: one for each annotation file. Raises InputError if there is not."""
    below = [path for path in pictures_in(source) if path.parent.name not in kind.other]
    found = _by_name(below)
    for name, paths in found.items():
        found[name] = [path for path in paths if path.parent.name == kind.pictures] or paths
    missing = sorted(labelled - found.keys())
    if missing:
        expected = "a picture for each annotation file"
        raise InputError(expected, f"none for {name_some(missing)}", source, "Add what is missing.")
    _check_single({name: found[name] for name in labelled}, source)
    return found


def _by_name(paths: Sequence[Path]) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = defaultdict(list)
    for path in paths:
        found[path.stem].append(path)
    return dict(sorted(found.items()))


def _check_single(found: dict[str, list[Path]], source: Path) -> None:
    twice = {name: paths for name, paths in found.items() if len(paths) > 1}
    for paths in twice.values():
        names = " and ".join(str(path.relative_to(source)) for path in paths)
        remedy = "Name a folder that holds one of them, or move the other away."
        raise InputError("one file of a name", names, source, remedy)


def write_import(job: Import) -> None:
    """Write contours/, rgbs/ and a note; the folder appears under its name once it is whole.

    Raises:
        InputError: The folder is there, or another import of it is at work or was killed.
    """
    beside = _unfinished(job.output)
    try:
        beside.mkdir(parents=True)  # one process at a time
    except FileExistsError as error:
        raise _refused(job.output) from error
    try:
        for folder in ("contours", "rgbs"):
            (beside / folder).mkdir()
        for name, picture in bar(job.pictures.items(), "writing", unit=" fields"):
            shutil.copyfile(picture, beside / "rgbs" / picture.name)
            _write_points(beside / "contours" / f"{name}.csv", job.points[name], job.options)
        (beside / NOTE).write_text("\n".join([*job.describe(), ""]), encoding="utf-8")
        if job.output.exists():  # it was made meanwhile
            raise InputError("no folder yet", "one", job.output)
        beside.rename(job.output)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _unfinished(output: Path) -> Path:
    return output.with_name(f".{output.name}-unfinished")


def _refused(output: Path) -> InputError:
    remedy = "If no import is at work there, it was killed: remove that folder, start again."
    return InputError("no unfinished import", "one", _unfinished(output), remedy)


def _write_points(path: Path, points: list[Point], options: ImportOptions) -> None:
    half = options.box_size / 2
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for number, one in enumerate(points):
            edges = (one.x - half, one.y - half, one.x + half, one.y + half)
            numbers = (f"{value:.2f}" for value in (*edges, one.x, one.y))
            writer.writerow((number, one.group, "point", *numbers))
