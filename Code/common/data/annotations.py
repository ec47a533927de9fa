"""Annotation CSVs: which nuclei each field of view holds, and how many are tumour nuclei.

The formats are those of NuCLS (Amgad et al. 2022, doi 10.1093/gigascience/giac037): evaluation
sets name a nucleus's class in the column `group`, the single-rater set in `raw_classification`.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common.data.counts import Counts
from common.data.dataset import DataSet
from common.utils.errors import InputError, name_some

_GROUP_COLUMNS = ("group", "raw_classification")
_CORRECTION = "correction_"  # a pathologist corrected the class; the rest of the name is the class
_FIELD_MARK = "fov"  # rows of these groups outline the field itself and are no nuclei
_BOX = ("xmin", "xmax", "ymin", "ymax")


@dataclass(frozen=True)
class CountedGroups:
    """Which groups of nuclei count, and as what.

    Attributes:
        tumour: Groups of tumour nuclei.
        excluded: Groups that are left out of the total.
    """

    tumour: tuple[str, ...] = ("tumor",)
    excluded: tuple[str, ...] = ()

    def count(self, groups: Counter[str]) -> Counts:
        """Count a field's nuclei, given how many of each group it holds."""
        total = groups.total() - sum(groups[group] for group in self.excluded)
        return Counts(sum(groups[group] for group in self.tumour), total)


DEFAULT_GROUPS = CountedGroups()


@dataclass(frozen=True)
class Annotations:
    """The nuclei of an annotation CSV, in its order.

    Attributes:
        path: The file.
        groups: The group of each nucleus, without `correction_`.
        rows: All fields of each nucleus's row, as text.
        columns: Their names.
    """

    path: Path
    groups: list[str]
    rows: list[list[str]]
    columns: list[str]

    def is_tumour(self, counted: CountedGroups = DEFAULT_GROUPS) -> np.ndarray:
        """Tell of each nucleus whether it is a tumour nucleus: bool, (nuclei,)."""
        return np.array([group in counted.tumour for group in self.groups], bool)

    def counts(self, counted: CountedGroups = DEFAULT_GROUPS) -> Counts:
        """Count the nuclei."""
        return counted.count(Counter(self.groups))

    def boxes(self) -> np.ndarray:
        """Return xmin, xmax, ymin, ymax of each nucleus: float64, (nuclei, 4), px of the picture.

        Raises:
            InputError: The file lacks them.
        """
        try:
            columns = [self.columns.index(edge) for edge in _BOX]
            return np.array([[float(row[at]) for at in columns] for row in self.rows])
        except ValueError as error:
            found = str(error)
            remedy = "Each nucleus's box is needed for this."
            raise InputError(f"numbers in {', '.join(_BOX)}", found, self.path, remedy) from error


def read_groups(path: Path) -> list[str]:
    """Return the group of each nucleus in an annotation CSV; raises as read_annotations."""
    return read_annotations(path).groups


def read_annotations(path: Path) -> Annotations:
    """Read the nuclei of an annotation CSV.

    Raises:
        InputError: The file is not text in UTF-8, is empty, lacks the column of groups, or has a
            row with too few or too many fields (a cut-off download); names the row.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _nuclei(csv.reader(file, strict=True), path)
    except UnicodeDecodeError as error:
        utf16 = error.object[:2] in (b"\xff\xfe", b"\xfe\xff")
        found = "UTF-16" if utf16 else f"byte {error.object[error.start]:#04x}, which is not UTF-8"
        raise InputError("text in UTF-8", found, path, "Save it as CSV UTF-8.") from error
    except csv.Error as error:
        raise InputError("whole CSV rows", str(error), path, "Get the file again.") from error
    except OSError as error:
        found = str(error.strerror)
        raise InputError("a readable file", found, path, "Get the file again.") from error


def _nuclei(rows: Iterator[list[str]], path: Path) -> Annotations:
    header = next(rows, None)
    if not header:
        raise InputError("a header row", "an empty file", path, "Get the file again.")
    column = _group_column(header, path)
    width = len(header)
    nuclei = Annotations(path, [], [], header)
    for number, row in enumerate(rows, 2):
        if len(row) != width:
            raise InputError(
                f"{width} fields as in the header",
                f"{len(row)} in row {number}",
                path,
                "The file may be cut off or edited: get it again.",
            )
        group = row[column].removeprefix(_CORRECTION)
        if not group:
            remedy = "Name the nucleus's group there."
            raise InputError("a group", f"none in row {number}", path, remedy)
        if not group.startswith(_FIELD_MARK):
            nuclei.groups.append(group)
            nuclei.rows.append(row)
    return nuclei


def _group_column(header: list[str], path: Path) -> int:
    column = next((header.index(name) for name in _GROUP_COLUMNS if name in header), None)
    if column is None:
        raise InputError(
            f"a column {' or '.join(_GROUP_COLUMNS)}",
            f"columns {name_some(header, 8)!r}",
            path,
            "Is it an annotation file of NuCLS? The column of groups may have lost its name.",
        )
    return column


def extract_counts(
    data_set: DataSet, counted: CountedGroups = DEFAULT_GROUPS
) -> tuple[dict[str, Counts], Counter[str]]:
    """Count the nuclei of every field of view of a data set.

    Returns:
        The counts by name of the field of view, sorted by name; and how many nuclei of each group
        there are in all, excluded groups included. Groups are named without `correction_`.

    Raises:
        InputError: A field has no nuclei, or no file holds a named group.
    """
    counts: dict[str, Counts] = {}
    met: Counter[str] = Counter()
    for name, path in data_set.annotations.items():
        groups = Counter(read_groups(path))
        met.update(groups)
        counts[name] = counted.count(groups)
        if counts[name].total < 1:
            excluded = f"only excluded ones ({groups.total()})" if groups else "none"
            remedy = "Exclude fewer groups." if groups else "Remove this CSV and its picture."
            raise InputError("at least one nucleus", excluded, path, remedy)
    _check_met((*counted.tumour, *counted.excluded), met, data_set)
    return counts, met


def _check_met(named: tuple[str, ...], met: Counter[str], data_set: DataSet) -> None:
    missing = [group for group in named if group not in met]
    if missing:
        raise InputError(
            f"nuclei of the group {name_some(missing)}",
            f"only {name_some(sorted(met), 20)}",
            data_set.root,
            "Name the data set's own groups: Data_Extractor.py --tumour-groups, --exclude-groups.",
        )
