"""Annotation CSVs -> how many nuclei, and how many tumour nuclei, each field of view holds.

The formats are those of NuCLS (Amgad et al. 2022, doi 10.1093/gigascience/giac037): evaluation
sets name a nucleus's class in the column `group`, the single-rater set in `raw_classification`.
"""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from common.dataset import DataSet
from common.errors import InputError, some

TUMOUR_GROUPS = ("tumor",)
_GROUP_COLUMNS = ("group", "raw_classification")
_CORRECTION = "correction_"  # a pathologist corrected the class; the rest of the name is the class
_FIELD_MARK = "fov"  # rows of these groups outline the field itself and are no nuclei

Counts = dict[str, int]  # {"tumour": nuclei of a tumour group, "total": all nuclei}, in this order


@dataclass(frozen=True)
class Annotations:
    """The nuclei of an annotation CSV, in its order.

    groups: of each nucleus, without `correction_`. rows: all fields of each nucleus's row, as text.
    columns: their names.
    """

    groups: list[str]
    rows: list[list[str]]
    columns: list[str]


def read_groups(path: Path) -> list[str]:
    """Return the group of each nucleus in an annotation CSV; raises as read_annotations."""
    return read_annotations(path).groups


def read_annotations(path: Path) -> Annotations:
    """Read the nuclei of an annotation CSV.

    Raises InputError, naming the row, if the file is not text in UTF-8, is empty, lacks the
    column of groups, or has a row with too few or too many fields (a cut-off download).
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
    nuclei = Annotations([], [], header)
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
            raise InputError(
                "a group", f"none in row {number}", path, "Name the nucleus's group there."
            )
        if not group.startswith(_FIELD_MARK):
            nuclei.groups.append(group)
            nuclei.rows.append(row)
    return nuclei


def _group_column(header: list[str], path: Path) -> int:
    column = next((header.index(name) for name in _GROUP_COLUMNS if name in header), None)
    if column is None:
        raise InputError(
            f"a column {' or '.join(_GROUP_COLUMNS)}",
            f"columns {some(header, 8)!r}",
            path,
            "Is it an annotation file of NuCLS? The column of groups may have lost its name.",
        )
    return column


def extract_counts(
    data_set: DataSet,
    tumour_groups: tuple[str, ...] = TUMOUR_GROUPS,
    exclude_groups: tuple[str, ...] = (),
) -> tuple[dict[str, Counts], Counter[str]]:
    """Count the nuclei of every field of view of a data set.

    Returns the counts by name of the field of view, sorted by name, and how many nuclei of each
    group there are in all, excluded groups included. Groups are named without `correction_`.
    Raises InputError for a field without nuclei, and for a named group that no file holds.
    """
    counts: dict[str, Counts] = {}
    met: Counter[str] = Counter()
    for name, path in data_set.annotations.items():
        groups = Counter(read_groups(path))
        met.update(groups)
        total = groups.total() - sum(groups[group] for group in exclude_groups)
        tumour = sum(groups[group] for group in tumour_groups)
        if total < 1:
            excluded = f"only excluded ones ({groups.total()})" if groups else "none"
            remedy = "Exclude fewer groups." if groups else "Remove this CSV and its picture."
            raise InputError("at least one nucleus", excluded, path, remedy)
        counts[name] = {"tumour": tumour, "total": total}
    _check_met((*tumour_groups, *exclude_groups), met, data_set)
    return counts, met


def _check_met(named: tuple[str, ...], met: Counter[str], data_set: DataSet) -> None:
    missing = [group for group in named if group not in met]
    if missing:
        raise InputError(
            f"nuclei of the group {some(missing)}",
            f"only {some(sorted(met), 20)}",
            data_set.root,
            "Name the data set's own groups: Data_Extractor.py --tumour-groups, --exclude-groups.",
        )


def to_json(counts: dict[str, Counts]) -> bytes:
    """Render counts as test.json holds them: one field of view a line, tumour before total."""
    lines = [f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in counts.items()]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()
