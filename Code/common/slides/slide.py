"""An open slide: its regions, and its fields of the training's size.

Coordinates are px of the full resolution, from the corner of what was scanned, as QuPath
shows them: it crops to OpenSlide's bounds (qupath-extension-openslide, OpenslideImageServer.java),
which MIRAX, Leica and other scanners' files tell.
"""

import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from common.images.conversion import on_white
from common.slides.readers import Reader, damage, open_reader
from common.slides.resolution import own_resolution
from common.utils.errors import InputError

MOST_FIELDS = 1_000_000
LEAST_EDGE = 0.1  # of the network's input; fields of fewer px hold nothing that it has learned
_BOUNDS = ("x", "y", "width", "height")


@dataclass(frozen=True)
class FieldSize:
    """What fields a slide is divided into.

    Attributes:
        microns: Edge of a field.
        size: Edge of the network's input, px.
        overlap: Fields start at each `overlap`-th part of an edge.
    """

    microns: float
    size: int
    overlap: int = 1


@dataclass(frozen=True)
class Place:
    """A field's place on a slide: px of the full resolution, and the share of it that is tissue."""

    left: int
    top: int
    tissue: float


class Slide:
    """An open slide, divided into square fields of a size in microns.

    Args:
        path: The file.
        fields: The fields.
        mpp: Microns per px of the full resolution; None for what the file says.

    Attributes:
        path: The file.
        left, top: Of what was scanned, px of the full resolution of the file.
        width, height: Of what was scanned.
        edge, step: Of a field, and from field to field, px of the full resolution.
        mpp: Microns per px of it.

    Raises:
        InputError: The file is damaged, no slide, or smaller than a field; its resolution is not
            known or cannot be; or its fields are too small or too many.
    """

    def __init__(self, path: Path, fields: FieldSize, mpp: float | None) -> None:
        self.path = path
        self._reader, self._lock = open_reader(path), threading.Lock()
        self._damage = damage()
        # Asked for once: OpenSlide answers nothing any more after a damaged tile.
        self._scales = tuple(self._reader.level_downsamples)
        self.left, self.top, self.width, self.height = _bounds(self._reader)
        self.mpp = mpp or own_resolution(self._reader, path)
        self.step = round(fields.microns / self.mpp / fields.overlap)
        self.edge = self.step * fields.overlap
        self._check(fields)

    def _check(self, fields: FieldSize) -> None:
        found = f"{self.edge} px ({fields.microns:g} microns at {self.mpp:g} microns per px)"
        least = math.ceil(LEAST_EDGE * fields.size)
        if self.step < 1 or self.edge < least:
            remedy = "Give another --slide-mpp or --field-microns."
            raise InputError(f"fields of at least {least} px", found, self.path, remedy)
        if self.edge > min(self.width, self.height):
            size = f"{self.width} x {self.height}"
            raise InputError(f"at least {self.edge} px each way for a field", size, self.path)
        count = math.prod((span - self.edge) // self.step + 1 for span in (self.width, self.height))
        if count > MOST_FIELDS:
            remedy = "Give a larger --field-microns or --slide-mpp, or a smaller --overlap."
            expected = f"at most {MOST_FIELDS:,} fields"
            raise InputError(expected, f"{count:,} of {found}", self.path, remedy)

    def region(self, left: int, top: int, width: int, height: int, most: int) -> np.ndarray:
        """Read a region at the level that suits; may be called from several threads.

        Args:
            left: Left edge of the region, px of the full resolution.
            top: Upper edge, px of the full resolution.
            width: px of the full resolution.
            height: px of the full resolution.
            most: What the result's longer edge is to have at least, px.

        Returns:
            uint8 RGB at the coarsest level at which the longer edge still has `most` px, at the
            finest if none has; transparent parts, where nothing was scanned, are white.

        Raises:
            InputError: It is damaged there.
        """
        wanted = max(1.0, max(width, height) / most)
        level = max(at for at, scale in enumerate(self._scales) if scale <= wanted or at == 0)
        scale = self._scales[level]
        size = (max(1, round(width / scale)), max(1, round(height / scale)))
        picture = self._read((self.left + left, self.top + top), level, size)
        return on_white(np.asarray(picture.convert("RGBA")))

    def field(self, place: Place, size: int) -> np.ndarray:
        """Read a field for a network of an input size: uint8 RGB, at least that if there is."""
        return self.region(place.left, place.top, self.edge, self.edge, size)

    def places(self, tissue: np.ndarray, least: float) -> Iterator[Place]:
        """List the fields with at least a share of tissue, row by row.

        Args:
            tissue: The mask of the thumbnail, bool, (height, width).
            least: That share, 0 to 1.

        Yields:
            The place of each.
        """
        scale = tissue.shape[1] / self.width
        for top in range(0, self.height - self.edge + 1, self.step):
            for left in range(0, self.width - self.edge + 1, self.step):
                box = [int(edge * scale) for edge in (top, top + self.edge, left, left + self.edge)]
                # One px of the thumbnail at least: a field may be smaller than that.
                part = tissue[box[0] : max(box[1], box[0] + 1), box[2] : max(box[3], box[2] + 1)]
                share = float(part.mean())
                if share >= least:
                    yield Place(left, top, share)

    def _read(self, corner: tuple[int, int], level: int, size: tuple[int, int]) -> Image.Image:
        reader = self._reader
        try:
            return reader.read_region(corner, level, size)
        except self._damage:  # here, or where another thread read: OpenSlide then refuses all
            with self._lock:
                if self._reader is reader:
                    self._reader = open_reader(self.path)
        own = open_reader(self.path)
        try:
            return own.read_region(corner, level, size)
        except self._damage as error:
            raise InputError("a whole slide", str(error), self.path, "Get it again.") from error
        finally:
            own.close()

    def __enter__(self) -> "Slide":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()


def _bounds(reader: Reader) -> tuple[int, int, int, int]:
    """Return left, top, width and height of what was scanned, px of the full resolution."""
    width, height = reader.dimensions
    for program in ("openslide", "tiffslide"):
        told = [reader.properties.get(f"{program}.bounds-{name}") for name in _BOUNDS]
        if all(value is not None and str(value).isdecimal() for value in told):
            left, top, across, down = (int(str(value)) for value in told)
            if across and down and left + across <= width and top + down <= height:
                return left, top, across, down
    return 0, 0, width, height
