"""A data set on disk: its folders, its files, and the names that pair them."""

import os
from dataclasses import dataclass
from pathlib import Path

from common import PROJECT
from common.synthetic import MARK
from common.utils.errors import InputError, name_some

DATASET = PROJECT / "Dataset"
SAMPLE = DATASET / "Sample" / "PsAreTruth_E"
# NuCLS calls these folders contours/ and rgbs/ in the evaluation sets, csv/ and rgb/ in the
# single-rater set.
_ANNOTATIONS = ("contours", "csv")
_PICTURES = ("rgbs", "rgb")
_HOW_TO = "Put NuCLS into Dataset/ as README.md says, or give --dataset DIR, or try --sample."


@dataclass(frozen=True)
class DataSet:
    """A data set.

    Attributes:
        root: The folder that holds contours/ (or csv/) and rgbs/ (or rgb/).
    """

    root: Path

    @property
    def annotations(self) -> dict[str, Path]:
        """Annotation CSVs by name of the field of view, sorted.

        Raises:
            InputError: There are none, or two names differ in case only.
        """
        return _files(_one_of(self.root, _ANNOTATIONS), ".csv")

    @property
    def synthetic(self) -> bool:
        """Tell whether a program painted the data set."""
        return (self.root / MARK).exists()

    @property
    def pictures(self) -> dict[str, Path]:
        """PNG pictures by name of the field of view, sorted.

        Raises:
            InputError: There are none, or two names differ in case only.
        """
        return _files(_one_of(self.root, _PICTURES), ".png")


def find_data_set(where: Path = DATASET, do: str = _HOW_TO) -> DataSet:
    """Find the one data set at `where` or in the folders below it.

    Under Dataset/ itself the sample data set does not count: it is asked for by --sample.

    Args:
        where: A folder.
        do: The remedy, for the message.

    Raises:
        InputError: There is none, or more than one.
    """
    where = Path(os.path.abspath(where))  # without "..", for messages and the log
    found = [folder for folder in [where, *_folders_below(where)] if _holds_annotations(folder)]
    if not found:
        what = "none" if where.is_dir() else "no such folder"
        raise InputError("a data set (a folder with contours/*.csv)", what, where, do)
    if len(found) > 1:
        names = [str(folder.relative_to(where)) for folder in found]
        raise InputError("one data set", name_some(names), where, "Name one with --dataset DIR.")
    return DataSet(found[0])


def _folders_below(where: Path, depth: int = 3) -> list[Path]:
    """List folders down to `depth`, enough for Dataset/<download>/PsAreTruth_E."""
    if depth == 0 or not where.is_dir() or _holds_annotations(where):
        return []
    children = sorted(
        path
        for path in where.iterdir()
        if path.is_dir() and not path.name.startswith(".") and path != SAMPLE.parent
    )
    return [below for child in children for below in [child, *_folders_below(child, depth - 1)]]


def _holds_annotations(folder: Path) -> bool:
    return any((folder / name).is_dir() for name in _ANNOTATIONS)


def _one_of(root: Path, names: tuple[str, ...]) -> Path:
    for name in names:
        if (root / name).is_dir():
            return root / name
    raise InputError(f"a folder {' or '.join(names)}", "none", root, _HOW_TO)


def _files(folder: Path, suffix: str) -> dict[str, Path]:
    """Map stems to files, sorted by stem; dot files (macOS, unfinished writes) are passed over."""
    paths = [
        path
        for path in folder.iterdir()
        if path.suffix.lower() == suffix and not path.name.startswith(".")
    ]
    if not paths:
        raise InputError(f"*{suffix} files", "none", folder, _HOW_TO)
    seen: dict[str, str] = {}
    for path in sorted(paths):
        twin = seen.setdefault(path.stem.casefold(), path.name)
        if twin != path.name:
            raise InputError(
                "names that differ in more than upper and lower case",
                f"{twin} and {path.name}",
                folder,
                "Rename or remove one: on Windows and macOS they are one file.",
            )
    return {path.stem: path for path in sorted(paths, key=lambda path: path.stem)}
