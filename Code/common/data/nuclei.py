"""Where the nuclei lie in each field of view, so that a window of a field has a density too."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from common.data.annotations import read_annotations
from common.data.dataset import DataSet
from common.data.fields import FieldOfView
from common.images.reading import picture_size
from common.utils.errors import InputError


def load_nuclei(data_set: DataSet, fields: Sequence[FieldOfView]) -> np.ndarray:
    """Read every field's nuclei.

    Returns:
        float32, (fields, most nuclei, 3), padded with -1. Of each nucleus the centre of its box, x
        and y as shares of the picture's width and height, and 1 if it is a tumour nucleus, else 0.

    Raises:
        InputError: A file lacks boxes, or its nuclei are not those that the density counts.
    """
    files = data_set.annotations
    nuclei = [_nuclei_of(files[field.name], field) for field in fields]
    padded = np.full((len(fields), max(map(len, nuclei)), 3), -1, np.float32)
    for row, found in zip(padded, nuclei, strict=True):
        row[: len(found)] = found
    return padded


def _nuclei_of(path: Path, field: FieldOfView) -> np.ndarray:
    annotations = read_annotations(path)
    found, wanted = annotations.counts(), field.counts
    if found != wanted:
        raise InputError(
            f"{wanted.tumour} tumour nuclei of {wanted.total}, as counted",
            f"{found.tumour} of {found.total}",
            path,
            "--windows needs counts with the default groups: make test.json again.",
        )
    width, height = picture_size(field.picture)
    boxes = annotations.boxes()
    centres = np.column_stack([boxes[:, :2].mean(1) / width, boxes[:, 2:].mean(1) / height])
    return np.column_stack([centres, annotations.is_tumour()])
