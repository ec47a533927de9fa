"""Annotation CSVs: which nuclei a field of view holds, of which group, and where."""

import math
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from common.images.picture_file import Crop
from common.nucls.counting import (
    COLUMNS,
    DEFAULT_COUNTING,
    Counting,
    Counts,
    check_spellings,
    group_of,
    is_field_mark,
)
from common.nucls.tables import check_columns, read_rows
from common.utils.errors import InputError, name_some
from common.utils.names import is_nothing

_BOX = ("xmin", "xmax", "ymin", "ymax")


@dataclass(frozen=True)
class Annotations:
    """The nuclei of an annotation CSV, in its order.

    Attributes:
        path: The file.
        groups: The group of each nucleus, without `correction_`.
        rows: All fields of each nucleus's row, as text.
        columns: Their names.
        corner: The px of the picture that boxes are counted from, left and top.
    """

    path: Path
    groups: list[str]
    rows: list[list[str]]
    columns: list[str]
    corner: tuple[int, int] = (0, 0)

    def is_tumour(self, counting: Counting = DEFAULT_COUNTING) -> np.ndarray:
        """Tell of each nucleus whether it is a tumour nucleus: bool, (nuclei,)."""
        return np.array([group in counting.tumour for group in self.groups], bool)

    def counts(self, counting: Counting = DEFAULT_COUNTING) -> Counts:
        """Count the nuclei."""
        return counting.count(Counter(self.groups))

    def counted(self, counting: Counting) -> "Annotations":
        """Return the nuclei without those of excluded groups."""
        return self._those(np.array([group not in counting.excluded for group in self.groups]))

    def inside(self, region: Crop) -> "Annotations":
        """Return the nuclei whose centre lies in a region, with boxes counted from its corner.

        Raises:
            InputError: The file lacks boxes.
        """
        across, down = self.centres().T
        within = (across >= region.left) & (across < region.right)
        within &= (down >= region.top) & (down < region.bottom)
        return replace(self._those(within), corner=(region.left, region.top))

    def _those(self, wanted: np.ndarray) -> "Annotations":
        at = np.flatnonzero(wanted)
        return replace(self, groups=[self.groups[i] for i in at], rows=[self.rows[i] for i in at])

    @property
    def has_boxes(self) -> bool:
        """Tell whether the file has the columns of boxes."""
        return set(_BOX) <= set(self.columns)

    def boxes(self) -> np.ndarray:
        """Return xmin, xmax, ymin, ymax of each nucleus: float64, (nuclei, 4), px.

        Raises:
            InputError: The file lacks them, or they are no finite numbers.
        """
        left, top = self.corner
        try:
            columns = [self.columns.index(edge) for edge in _BOX]
            values = [[_finite(row[at]) for at in columns] for row in self.rows]
        except ValueError as error:
            found = str(error)
            remedy = "Each nucleus's box is needed for this."
            raise InputError(f"numbers in {', '.join(_BOX)}", found, self.path, remedy) from error
        return np.array(values, float).reshape(-1, 4) - (left, left, top, top)

    def centres(self) -> np.ndarray:
        """Return the centre of each box: float64, (nuclei, 2), px; raises as boxes."""
        boxes = self.boxes()
        return np.column_stack([boxes[:, :2].mean(1), boxes[:, 2:].mean(1)])

    def without_area(self) -> int:
        """Count boxes without area, as those of nuclei that were marked by a point."""
        if not self.has_boxes:
            return 0  # counts do not need boxes
        left, right, top, bottom = (self.columns.index(edge) for edge in _BOX)
        return sum(row[left] == row[right] or row[top] == row[bottom] for row in self.rows)

    def doubled(self) -> int:
        """Count rows that repeat an earlier one, apart from a number in a column without name."""
        first = 1 if self.columns[0] == "" else 0
        return len(self.rows) - len({tuple(row[first:]) for row in self.rows})


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"the number {text!r}")
    return number


def read_groups(path: Path) -> list[str]:
    """Return the group of each nucleus in an annotation CSV; raises as read_annotations."""
    return read_annotations(path).groups


def read_annotations(path: Path, level: str = "raw") -> Annotations:
    """Read the nuclei of an annotation CSV; commas or semicolons separate its fields.

    Args:
        path: The file.
        level: Of the classes, one of counting.COLUMNS.

    Raises:
        InputError: As of read_rows; or the file is empty, lacks the column of groups, or has a
            row with too few or too many fields (a cut-off download); names the row.
    """
    header, *rows = read_rows(path) or [[]]
    return _nuclei(header, rows, path, level)


def _nuclei(header: list[str], rows: list[list[str]], path: Path, level: str) -> Annotations:
    if not header:
        raise InputError("a header row", "an empty file", path, "Get the file again.")
    check_columns(header, path)
    column = _group_column(header, path, level)
    # A mark of the field has its name in the raw class; at the other levels it is like a nucleus.
    raw = next((header.index(name) for name in COLUMNS["raw"] if name in header), column)
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
        group = group_of(row[column])
        if is_nothing(group):
            remedy = "Name the nucleus's group there."
            raise InputError("a group", f"{group or 'none'} in row {number}", path, remedy)
        if not is_field_mark(row[raw]):
            nuclei.groups.append(group)
            nuclei.rows.append(row)
    check_spellings(nuclei.groups, path)
    return nuclei


def _group_column(header: list[str], path: Path, level: str) -> int:
    wanted = COLUMNS[level]
    column = next((header.index(name) for name in wanted if name in header), None)
    if column is None:
        raise InputError(
            f"a column {' or '.join(wanted)}",
            f"columns {name_some(header, 8)!r}",
            path,
            "Is it an annotation file of NuCLS? The column of groups may have lost its name.",
        )
    return column
