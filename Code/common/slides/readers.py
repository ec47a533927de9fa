"""Readers of whole slides: OpenSlide, then tiffslide for TIFFs, then Pillow for plain pictures.

OpenSlide (Goode et al. 2013, doi 10.4103/2153-3539.119005) reads scanners' formats. tiffslide
reads TIFFs that OpenSlide cannot: pyramids in strips, of JPEG 2000, WebP, JPEG XL, LZMA.
"""

import importlib.util
import math
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from PIL import Image

from common.images.reading import LARGEST, dots_per_inch, read_picture
from common.utils.errors import InputError

# What readers raise on damage; those of OpenSlide, tifffile and zarr are added where they are.
DAMAGED = (
    *(OSError, ValueError, RuntimeError, KeyError, IndexError, TypeError, NotImplementedError),
    *(struct.error, zlib.error),
)
_INSTALL = "python -m pip install -r requirements-slides.txt"


class Reader(Protocol):
    """What is used of OpenSlide's class, which tiffslide's resembles."""

    dimensions: tuple[int, int]
    level_downsamples: Sequence[float]
    properties: Mapping[str, object]

    def read_region(
        self, corner: tuple[int, int], level: int, size: tuple[int, int]
    ) -> Image.Image:
        """Read a region: corner in px of the full resolution, size in px of the level."""

    def close(self) -> None:
        """Let go of the file."""


class PictureReader:
    """A plain picture as a slide of one level; it is held in memory."""

    def __init__(self, path: Path) -> None:
        self._picture = Image.fromarray(read_picture(path))
        self.dimensions = self._picture.size
        self.level_downsamples = [1.0]
        dots = dots_per_inch(path)
        self.properties = {f"picture.{name}": value for name, value in zip("xy", dots, strict=True)}

    def read_region(
        self, corner: tuple[int, int], level: int, size: tuple[int, int]
    ) -> Image.Image:
        """Cut a region out."""
        left, top = corner
        return self._picture.crop((left, top, left + size[0], top + size[1])).convert("RGBA")

    def close(self) -> None:
        """Let go of the picture."""
        self._picture.close()


def check_openslide() -> None:
    """Raise InputError unless slides can be read here."""
    if importlib.util.find_spec("openslide") is None:
        raise InputError("the package openslide", "none", do=_INSTALL)


def open_reader(path: Path) -> Reader:
    """Open a slide, or a picture as one.

    Raises:
        InputError: No reader can open it; the reason is OpenSlide's, or Pillow's of a picture.
    """
    for open_one in (open_slide, open_tiff):
        reader = open_one(path)
        if reader is not None:
            return reader
    try:
        return PictureReader(path)
    except InputError as error:
        reason = "a folder" if path.is_dir() else _reason(path)
        if reason:
            raise InputError("a whole slide", reason, path, "Get it again.") from error
        raise


def open_slide(path: Path) -> Reader | None:
    """Open a slide with OpenSlide, if it can."""
    return _opened(path, "openslide", "OpenSlide")


def open_tiff(path: Path) -> Reader | None:
    """Open a TIFF with tiffslide, if it can and it is no plain picture."""
    if not _is_tiff(path) or pillow_pages(path) == 1:  # seconds for tiffslide's imports
        return None
    reader = _opened(path, "tiffslide", "TiffSlide")
    return reader if reader is not None and is_whole_slide(reader) else None


def pillow_pages(path: Path) -> int:
    """Return how many pages of a picture Pillow counts; 0 if it does not know the format."""
    try:
        with Image.open(path) as picture:
            return getattr(picture, "n_frames", 1) if math.prod(picture.size) <= LARGEST else 2
    except (*DAMAGED, SyntaxError, EOFError, Image.DecompressionBombError):
        return 0


def is_whole_slide(reader: Reader) -> bool:
    """Tell a slide from a picture, which has one level of a size that fits in memory."""
    return len(reader.level_downsamples) > 1 or math.prod(reader.dimensions) > LARGEST


def damage() -> tuple[type[Exception], ...]:
    """Return what the readers that are installed raise on damaged files."""
    kinds: tuple[type[Exception], ...] = DAMAGED
    if importlib.util.find_spec("openslide"):
        from openslide import OpenSlideError

        kinds += (OpenSlideError,)
    if importlib.util.find_spec("tifffile"):
        from tifffile import TiffFileError

        kinds += (TiffFileError,)
    return kinds


def _opened(path: Path, package: str, kind: str) -> Reader | None:
    if importlib.util.find_spec(package) is None:
        return None
    opener: Callable[[Path], Reader] = getattr(importlib.import_module(package), kind)
    try:
        reader = opener(path)
        is_whole_slide(reader)  # tiffslide looks into the file only now
    except damage():
        return None
    return reader


def _is_tiff(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
    except OSError:
        return False


def _reason(path: Path) -> str:
    """Say why OpenSlide cannot open what it takes for a slide; "" for what it does not know."""
    try:
        import openslide

        if openslide.OpenSlide.detect_format(path) is None:
            return ""
        openslide.OpenSlide(path).close()
    except ImportError:
        return ""
    except damage() as error:
        return str(error)
    return ""
