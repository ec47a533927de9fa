"""What a model says of a picture: its answer, and the map of what speaks for it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from common.data.nuclei import LabelledNuclei
from common.explanation.overlap import Share, box_mask, spread
from common.images.picture_file import PictureFile


@dataclass(frozen=True)
class Explained:
    """What a model says of a picture.

    Attributes:
        file: The picture.
        size: Its width and height, px.
        cam: Its map, float32, (height, width) of the stage; 0 or more.
        density: The answer.
        nuclei: Of a labelled picture.
        patient: Of the picture.
    """

    file: PictureFile
    size: tuple[int, int]
    cam: np.ndarray
    density: float
    nuclei: LabelledNuclei | None
    patient: str

    @property
    def is_empty(self) -> bool:
        """Whether nothing in the picture speaks for tumour: the map is 0 everywhere."""
        return not self.cam.any()

    def share(self) -> Iterator[Share]:
        """Yield the share of a labelled field with tumour nuclei.

        An empty map tells no place from another: it counts as spread evenly.
        """
        if self.nuclei is None:
            return
        mask = box_mask(self.nuclei.boxes[self.nuclei.is_tumour], *self.size)
        if mask.any():
            area = float(mask.mean())
            mass = area if self.is_empty else float(spread(self.cam, *self.size)[mask].sum())
            yield Share(self.file.stem, self.patient, mass, area)
