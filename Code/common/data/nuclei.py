"""Where the nuclei lie in each field of view, so that a window of a field has a density too."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common.data.extraction import labelled
from common.data.fields import FieldOfView
from common.images.picture_file import Crop
from common.images.reading import picture_size
from common.nucls.annotations import read_annotations
from common.nucls.counting import Counting, Counts
from common.nucls.dataset import DataSet
from common.utils.errors import InputError


def load_nuclei(data_set: DataSet, fields: Sequence[FieldOfView], counting: Counting) -> np.ndarray:
    """Return every field's nuclei: float32, (fields, most nuclei, 3), padded with -1.

    Of each nucleus that counts the centre of its box, x and y as shares of the width and height of
    the field's picture, and 1 if it is a tumour nucleus, else 0.

    Args:
        data_set: The data set.
        fields: Its fields of view.
        counting: How their nuclei were counted.

    Raises:
        InputError: A file lacks boxes, or its nuclei are not those that the density counts.
    """
    files = data_set.annotations
    nuclei = [_nuclei_of(files[field.name], field, counting) for field in fields]
    padded = np.full((len(fields), max(map(len, nuclei)), 3), -1, np.float32)
    for row, found in zip(padded, nuclei, strict=True):
        row[: len(found)] = found
    return padded


def _nuclei_of(path: Path, field: FieldOfView, counting: Counting) -> np.ndarray:
    nuclei = read_nuclei(path, field.picture.crop, counting)
    found, wanted = nuclei.counts, field.counts
    if found != wanted:
        raise InputError(
            f"{wanted.tumour} tumour nuclei of {wanted.total}, as counted",
            f"{found.tumour} of {found.total}",
            path,
            "Places need the counts of these annotations: make test.json again.",
        )
    width, height = picture_size(field.picture)
    across = nuclei.boxes[:, :2].mean(1) / width
    down = nuclei.boxes[:, 2:].mean(1) / height
    return np.column_stack([across, down, nuclei.is_tumour])


@dataclass(frozen=True)
class LabelledNuclei:
    """The nuclei of a field of view that count.

    Attributes:
        groups: Of each.
        is_tumour: bool, (nuclei,).
        boxes: xmin, xmax, ymin, ymax, float64, (nuclei, 4), px of the field's picture.
        counts: How many.
    """

    groups: list[str]
    is_tumour: np.ndarray
    boxes: np.ndarray
    counts: Counts


def read_nuclei(path: Path, region: Crop | None, counting: Counting) -> LabelledNuclei:
    """Read the nuclei of a field that count.

    Args:
        path: Its annotation file.
        region: To which the field is cropped; None for none.
        counting: Which nuclei count.

    Raises:
        InputError: The file cannot be read, or lacks boxes.
    """
    nuclei = labelled(read_annotations(path, counting.level), region).counted(counting)
    tumour = nuclei.is_tumour(counting)
    return LabelledNuclei(nuclei.groups, tumour, nuclei.boxes(), nuclei.counts(counting))
