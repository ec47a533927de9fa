"""Whole slides: their fields of the training's size, their tissue, their thumbnail.

Read through OpenSlide (Goode et al. 2013, doi 10.4103/2153-3539.119005). Of a slide's pixels
nothing here holds more than its thumbnail of at most 1600 px, a tile and a field.
"""

import importlib.util
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image

from common.images.conversion import on_white
from common.images.reading import LARGEST
from common.utils.errors import InputError

if TYPE_CHECKING:
    from openslide import OpenSlide

_SUFFIXES = (".svs", ".ndpi", ".mrxs", ".scn", ".vms", ".vmu", ".bif", ".svslide", ".dcm", ".czi")
_THUMBNAIL = 1600  # px, the longer edge
_TILE = 2048  # px read at once for the thumbnail
_INSTALL = "python -m pip install -r requirements-slides.txt"


@dataclass(frozen=True)
class Place:
    """A field's place on a slide: px of the full resolution, and the share of it that is tissue."""

    left: int
    top: int
    tissue: float


def slides_in(folder: Path) -> list[Path]:
    """List the slides below a folder, by their names' ends."""
    paths = sorted(folder.rglob("*"))
    return [p for p in paths if p.suffix.lower() in _SUFFIXES and not p.name.startswith(".")]


def check_openslide() -> None:
    """Raise InputError unless slides can be read here."""
    if importlib.util.find_spec("openslide") is None:
        raise InputError("the package openslide", "none", do=_INSTALL)


def is_slide(path: Path) -> bool:
    """Tell whether a file is a whole slide rather than a picture."""
    if path.suffix.lower() in _SUFFIXES:
        return True
    if path.suffix.lower() not in (".tif", ".tiff") or not path.is_file():
        return False
    try:
        import openslide
    except ImportError:  # images.reading refuses what is too large, and says what to install
        return False
    try:
        # OpenSlide also opens plain tiled TIFF: levels or size tell a slide from such a picture.
        with openslide.OpenSlide(path) as slide:
            return slide.level_count > 1 or math.prod(slide.dimensions) > LARGEST
    except openslide.OpenSlideError:
        return False


class Slide:
    """An open slide, divided into square fields of a size in microns.

    Args:
        path: The file.
        field_microns: Edge of a field, microns.
        mpp: Microns per px of the full resolution; None for what the file says.

    Attributes:
        path: The file.
        width, height, edge: Of the slide, and of a field, px of the full resolution.
        mpp: Microns per px of it.

    Raises:
        InputError: The file is damaged, no slide, or smaller than a field, or its resolution is
            not known.
    """

    def __init__(self, path: Path, field_microns: float, mpp: float | None) -> None:
        self.path = path
        self._slide = _open(path)
        self.width, self.height = self._slide.dimensions
        self.mpp = mpp or self._resolution()
        self.edge = max(1, round(field_microns / self.mpp))
        if self.edge > min(self.width, self.height):
            found = f"{self.width} x {self.height}"
            raise InputError(f"at least {self.edge} px each way for a field", found, path)

    def _resolution(self) -> float:
        """Read microns per px from the properties; pictures are square px to a hundredth."""
        values = [self._slide.properties.get(f"openslide.mpp-{axis}") for axis in "xy"]
        try:
            across, down = (float(value or 0) for value in values)
        except ValueError:
            across = down = 0.0
        if not (0 < across < math.inf and abs(across / down - 1 if down else 1) < 0.01):
            raise InputError(
                "a resolution in microns per pixel",
                f"{values[0]} x {values[1]}",
                self.path,
                "Give --slide-mpp MICRONS.",
            )
        return (across + down) / 2

    def region(self, left: int, top: int, width: int, height: int, most: int) -> np.ndarray:
        """Read a region at the level that suits.

        Args:
            left: Left edge of the region, px of the full resolution.
            top: Upper edge, px of the full resolution.
            width: px of the full resolution.
            height: px of the full resolution.
            most: What the result's longer edge is to have at least, px.

        Returns:
            uint8 RGB at the coarsest level at which the longer edge still has `most` px, at the
            finest if none has; transparent parts, where nothing was scanned, are white.
        """
        level = self._slide.get_best_level_for_downsample(max(1.0, max(width, height) / most))
        scale = self._slide.level_downsamples[level]
        size = (max(1, round(width / scale)), max(1, round(height / scale)))
        return on_white(np.asarray(self._read((left, top), level, size)))

    def field(self, place: Place, size: int) -> np.ndarray:
        """Read a field for a network of an input size: uint8 RGB, at least that if there is."""
        return self.region(place.left, place.top, self.edge, self.edge, size)

    def thumbnail(self) -> np.ndarray:
        """Return the whole slide as uint8 RGB of at most 1600 px, read tile by tile."""
        # OpenSlide's own thumbnail reads a whole level: of a slide with one level, all of it.
        scale = max(self.width, self.height) / _THUMBNAIL
        scale = max(scale, 1.0)
        shape = (math.ceil(self.height / scale), math.ceil(self.width / scale), 3)
        picture = np.full(shape, 255, np.uint8)
        step = max(1, int(_TILE // scale))  # px of the thumbnail
        for top in range(0, shape[0], step):
            for left in range(0, shape[1], step):
                part = picture[top : top + step, left : left + step]
                height, width = part.shape[:2]
                corner = round(left * scale), round(top * scale)
                span = round(width * scale), round(height * scale)
                tile = self.region(*corner, *span, max(width, height))
                part[:] = cv2.resize(tile, (width, height), interpolation=cv2.INTER_AREA)
        return picture

    def places(self, tissue: np.ndarray, least: float) -> Iterator[Place]:
        """List the fields with at least a share of tissue, row by row.

        Args:
            tissue: The mask of the thumbnail, bool, (height, width).
            least: That share, 0 to 1.

        Yields:
            The place of each.
        """
        scale = tissue.shape[1] / self.width
        for top in range(0, self.height - self.edge + 1, self.edge):
            for left in range(0, self.width - self.edge + 1, self.edge):
                box = [int(edge * scale) for edge in (top, top + self.edge, left, left + self.edge)]
                # One px of the thumbnail at least: a field may be smaller than that.
                part = tissue[box[0] : max(box[1], box[0] + 1), box[2] : max(box[3], box[2] + 1)]
                share = float(part.mean())
                if share >= least:
                    yield Place(left, top, share)

    def _read(self, corner: tuple[int, int], level: int, size: tuple[int, int]) -> Image.Image:
        """Read a region; OpenSlide finds damage only now."""
        from openslide import OpenSlideError

        try:
            return self._slide.read_region(corner, level, size)
        except OpenSlideError as error:
            raise InputError("a whole slide", str(error), self.path, "Get it again.") from error

    def __enter__(self) -> "Slide":
        return self

    def __exit__(self, *_: object) -> None:
        self._slide.close()


def _open(path: Path) -> "OpenSlide":
    import openslide

    try:
        return openslide.OpenSlide(path)
    except (openslide.OpenSlideError, OSError) as error:
        found = "a folder" if path.is_dir() else str(error)
        raise InputError("a whole slide", found, path, "Get it again.") from error
