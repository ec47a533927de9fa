"""Where the nuclei lie in each field of view, so that a window of a field has a density too."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from common.annotations import TUMOUR_GROUPS, Annotations, read_annotations
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
    annotations = read_annotations(path)
    tumour = [group in TUMOUR_GROUPS for group in annotations.groups]
    if (sum(tumour), len(tumour)) != (field.tumour, field.total):
        raise InputError(
            f"{field.tumour} tumour nuclei of {field.total}, as counted",
            f"{sum(tumour)} of {len(tumour)}",
            path,
            "--windows needs counts with the default groups: make test.json again.",
        )
    width, height = picture_size(field.picture)
    boxes = boxes_of(annotations, path)
    centres = np.column_stack([boxes[:, :2].mean(1) / width, boxes[:, 2:].mean(1) / height])
    return np.column_stack([centres, tumour])


def boxes_of(annotations: Annotations, path: Path) -> np.ndarray:
    """Return xmin, xmax, ymin, ymax of each nucleus: float64, (nuclei, 4), px of the picture.

    Raises InputError if the file lacks them.
    """
    try:
        columns = [annotations.columns.index(edge) for edge in _BOX]
        return np.array([[float(row[at]) for at in columns] for row in annotations.rows])
    except ValueError as error:
        found = str(error)
        remedy = "Each nucleus's box is needed for this."
        raise InputError(f"numbers in {', '.join(_BOX)}", found, path, remedy) from error
