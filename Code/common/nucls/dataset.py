"""A data set on disk: its folders, its files, and the names that pair them.

Published layouts (and what people make of them): `contours/` and `rgbs/` or `rgb/` (inferred
truth), `csv/` and `rgb/` (single rater), a folder a rater with either (raw multi-rater), the
original artefact's `contours/new/` and `rgbs/new/{train,validation}/`.
"""

import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from common import PROJECT
from common.images.formats import SUFFIXES
from common.nucls.layout import (
    ANNOTATIONS,
    PICTURES,
    are_raters,
    by_name,
    holding,
    one_of,
    raters_in,
    subfolders,
)
from common.synthetic import MARK
from common.utils.errors import InputError, name_some

DATASET = PROJECT / "Dataset"
SAMPLE = DATASET / "Sample" / "PsAreTruth_E"
_HOW_TO = "Put NuCLS into Dataset/ as README.md says, or give --dataset DIR, or try --sample."
_NUMBERED = re.compile(r".+-\d{3}")  # how Google Drive numbers the parts of a download
# And how systems number what is unpacked a second time under one name.
_PART = re.compile(r"(?P<download>.+?)(-\d{3}| \d+| ?\(\d+\))*")


@dataclass(frozen=True)
class DataSet:
    """A data set; its folders are listed once, when they are first asked for.

    Attributes:
        root: The folder that holds contours/ (or csv/) and rgbs/ (or rgb/), or a folder with these
            for each rater.
    """

    root: Path

    @property
    def synthetic(self) -> bool:
        """Tell whether a program painted the data set."""
        return (self.root / MARK).exists()

    @cached_property
    def annotation_folders(self) -> list[Path]:
        """The folders that hold annotation CSVs. Raises InputError if there are none."""
        return self._folders(ANNOTATIONS, (".csv",))

    @cached_property
    def annotations(self) -> dict[str, Path]:
        """Annotation CSVs by name of the field of view, sorted.

        Raises:
            InputError: There are none, or two names differ in case only.
        """
        return by_name(self.annotation_folders, (".csv",))

    @cached_property
    def pictures(self) -> dict[str, Path]:
        """Pictures by name of the field of view, sorted.

        Raises:
            InputError: There are none, or two of one name.
        """
        return by_name(self._folders(PICTURES, SUFFIXES), SUFFIXES)

    def _folders(self, names: tuple[str, ...], suffixes: tuple[str, ...]) -> list[Path]:
        homes = [home for home in (self.root, *raters_in(self.root)) if one_of(home, names)]
        if not homes:
            raise InputError(f"a folder {' or '.join(names)}", "none", self.root, self._remedy())
        inside = [holding(one_of(home, names), suffixes) for home in homes]
        folders = [folder for found in inside for folder in found]
        if not folders:
            expected = f"*{suffixes[0]} files" if len(suffixes) == 1 else "pictures"
            raise InputError(expected, "none", one_of(homes[0], names), _HOW_TO)
        return folders

    def _remedy(self) -> str:
        side_by_side = "contours/ and rgbs/, or csv/ and rgb/"
        return self.parts_remedy or f"Labels and pictures belong side by side: {side_by_side}."

    @property
    def parts_remedy(self) -> str | None:
        """What to do if the data set is one of the parts of a download; None if it is whole."""
        for one in (self.root, self.root.parent):
            siblings = [path for path in subfolders(one.parent) if path != one]
            others = [path.name for path in siblings if _download(path.name) == _download(one.name)]
            if others:
                parts = name_some(others)
                return f"Move the folders of {parts} here, if they are parts of one download."
            if _NUMBERED.fullmatch(one.name):
                return "It is one part of a download: get the others, and move their folders here."
        return None


def _download(name: str) -> str:
    """Return the name of a download of which a folder may be a part."""
    return _PART.fullmatch(name)["download"]


def find_data_set(where: Path = DATASET, do: str = _HOW_TO) -> DataSet:
    """Find the one data set at `where` or in the folders below it.

    Under Dataset/ itself the sample data set does not count: it is asked for by --sample.

    Args:
        where: A folder; that of the annotation files serves as well.
        do: The remedy, for the message.

    Raises:
        InputError: There is none, or more than one.
    """
    where = Path(os.path.abspath(where))  # without "..", for messages and the log
    if where.name in ANNOTATIONS and where.is_dir():
        where = where.parent
    found = [folder for folder in [where, *_folders_below(where)] if one_of(folder, ANNOTATIONS)]
    if not found:
        raise InputError(
            "a data set (a folder with contours/*.csv or csv/*.csv)", *_instead(where), where, do
        )
    if len(found) > 1 and are_raters(found):
        return DataSet(found[0].parent)
    if len(found) > 1:
        names = [str(folder.relative_to(where)) for folder in found]
        places = {place for name in names for place in enumerate(Path(name).parts)}
        parts = len({(depth, _download(name)) for depth, name in places}) < len(places)
        remedy = "Name one with --dataset DIR." + (
            " If they are parts of one download, move their folders together." if parts else ""
        )
        raise InputError("one data set", name_some(names), where, remedy)
    return DataSet(found[0])


def _instead(where: Path) -> tuple[str]:
    """Say what is there instead of a data set."""
    if not where.is_dir():
        return ("no such folder",)
    zips = sorted(path.name for path in where.rglob("*.zip"))
    return (f"none, but {name_some(zips)}: unpack it" if zips else "none",)


def _folders_below(where: Path, depth: int = 4) -> list[Path]:
    """List folders down to `depth`, enough for Dataset/NuCLS/<download>/<raw set>/<rater>."""
    if depth == 0 or not where.is_dir() or one_of(where, ANNOTATIONS):
        return []
    children = [path for path in subfolders(where) if path != SAMPLE.parent]
    return [below for child in children for below in [child, *_folders_below(child, depth - 1)]]
