"""Where the nuclei lie in each field of view, so that a window of a field has a density too."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from common.annotations import TUMOUR_GROUPS, is_field_mark, read_groups
from common.dataset import DataSet
from common.errors import InputError
from common.fields import Field
from common.pictures import picture_size

_BOX = ("xmin", "xmax", "ymin", "ymax")


def load_nuclei(data_set: DataSet, fields: Sequence[Field]) -> np.ndarray:
    """Return every field's nuclei: float32, (fields, most nuclei, 3), padded with -1.

    Of each nucleus the centre of its box, x and y as shares of the picture's width and height,
    and 1 if it is a tumour nucleus, else 0. Raises InputError if a file lacks boxes, and if the
    nuclei are not those that the field's density counts.
    """
    files = data_set.annotations
    nuclei = [_nuclei_of(files[field.name], field) for field in fields]
    padded = np.full((len(fields), max(map(len, nuclei)), 3), -1, np.float32)
    for row, found in zip(padded, nuclei, strict=True):
        row[: len(found)] = found
    return padded


def _nuclei_of(path: Path, field: Field) -> np.ndarray:
    tumour = [group in TUMOUR_GROUPS for group in read_groups(path)]
    if (sum(tumour), len(tumour)) != (field.tumour, field.total):
        raise InputError(
            f"{field.tumour} tumour nuclei of {field.total}, as counted",
            f"{sum(tumour)} of {len(tumour)}",
            path,
            "--windows needs counts with the default groups: make test.json again.",
        )
    width, height = picture_size(field.picture)
    boxes = _boxes(path)
    centres = np.column_stack([boxes[:, :2].mean(1) / width, boxes[:, 2:].mean(1) / height])
    return np.column_stack([centres, tumour])


def _boxes(path: Path) -> np.ndarray:
    """Read xmin, xmax, ymin, ymax in px; read_groups has checked the file's form."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not is_field_mark(row)]
    try:
        return np.array([[float(row[edge]) for edge in _BOX] for row in rows])
    except (KeyError, ValueError) as error:
        remedy = "--windows needs each nucleus's box."
        raise InputError(f"numbers in {', '.join(_BOX)}", str(error), path, remedy) from error
