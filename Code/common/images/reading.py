"""One reader of pictures for training and prediction: uint8 RGB, however they are stored."""

import os
import struct
import warnings
import zlib
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from common.images.conversion import is_wide, to_rgb
from common.images.formats import FORMATS
from common.images.picture_file import Crop, PictureFile
from common.utils.errors import InputError

SMALLEST = 32  # px; keras.applications.ResNet takes nothing smaller
LARGEST = 2**26  # px in all; 8192 x 8192, 200 MB as RGB
LARGEST_INPUT = 4096  # px, the edge of what a network takes
MPP = (0.05, 5.0)  # microns a pixel; what a light microscope resolves lies between
_EXPECTED = f"a whole picture ({', '.join(FORMATS)})"
_AGAIN = "Get it again."
_ORIENTATION = 0x0112  # EXIF's tag; values of 5 and more turn a picture by a quarter
# Pillow warns of pictures that _check_size refuses; of larger ones it raises an error.
warnings.simplefilter("ignore", Image.DecompressionBombWarning)
warnings.filterwarnings("ignore", module=r"PIL\.")  # of damaged metadata, in lines of its own
# What Pillow's readers raise on damaged files.
_DAMAGED = (
    *(OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError, IndexError, OverflowError),
    *(struct.error, zlib.error),
)


def read_picture(file: PictureFile | Path) -> np.ndarray:
    """Decode a picture, or the part of it that is named; raises as read_with_notes.

    Returns:
        uint8 RGB of shape (height, width, 3).
    """
    if isinstance(file, Path):
        return read_with_notes(file)[0]
    return read_with_notes(file.path, file.crop)[0]


def error_in(file: PictureFile) -> InputError | None:
    """Decode a picture, and return why it cannot be used; None if it can."""
    try:
        read_picture(file)
    except InputError as error:
        return error
    return None


def read_with_notes(path: Path, crop: Crop | None = None) -> tuple[np.ndarray, list[str]]:
    """Decode a picture, turned as its EXIF entry says; of several pages the first.

    Args:
        path: PNG, JPEG, TIFF or BMP; grey, palette, transparent (put on white) or 16 bit.
        crop: The part that is wanted; None for the whole.

    Returns:
        uint8 RGB of shape (height, width, 3), and what was converted.

    Raises:
        InputError: It is none of the formats, damaged, smaller than 32 x 32 px or larger than
            2**26 px, or holds numbers that are no colours.
    """
    try:
        with Image.open(path, formats=FORMATS) as picture:
            _check_size(picture, path)
            picture.verify()  # a PNG's checksums, which decoding passes over; closes the file
        with Image.open(path, formats=FORMATS) as picture:
            pages = getattr(picture, "n_frames", 1)
            wide = is_wide(picture)
            picture.load()
            rgb, notes = to_rgb(ImageOps.exif_transpose(picture), path)
    except Image.DecompressionBombError as error:
        raise _too_large(f"more than {2 * Image.MAX_IMAGE_PIXELS:,} px", path) from error
    except _DAMAGED as error:
        raise InputError(_EXPECTED, _found(path, error), path, _AGAIN) from error
    if wide and not notes:
        notes.append("16 bit")
    if pages > 1:
        notes.append(f"the first of {pages} pages")
    return (rgb if crop is None else _part(rgb, crop, path)), notes


def _part(rgb: np.ndarray, crop: Crop, path: Path) -> np.ndarray:
    part = rgb[crop.top : crop.bottom, crop.left : crop.right]
    _check_edges(*part.shape[1::-1], path)
    return part


def picture_size(file: PictureFile) -> tuple[int, int]:
    """Return the width and height of a picture, or of its part, in px from its header.

    Raises:
        InputError: It cannot be read.
    """
    try:
        with Image.open(file.path, formats=FORMATS) as picture:
            turned = picture.getexif().get(_ORIENTATION, 1) >= 5
            width, height = picture.size[::-1] if turned else picture.size
    except (*_DAMAGED, Image.DecompressionBombError) as error:
        raise InputError(_EXPECTED, _found(file.path, error), file.path, _AGAIN) from error
    if file.crop is None:
        return width, height
    crop = file.crop
    return min(crop.right, width) - crop.left, min(crop.bottom, height) - crop.top


def dots_per_inch(path: Path) -> tuple[float, float]:
    """Return a picture's resolution as its header tells it, across and down; 0 if it does not."""
    with Image.open(path, formats=FORMATS) as picture:
        across, down = picture.info.get("dpi", (0, 0))
        return float(across), float(down)


def resize(picture: np.ndarray, size: int) -> np.ndarray:
    """Resize a uint8 RGB picture to (size, size, 3); averages areas where it shrinks."""
    shrinks = size < min(picture.shape[:2])
    how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return cv2.resize(picture, (size, size), interpolation=how)


def _found(path: Path, error: Exception) -> str:
    if path.is_dir():
        return "a folder"
    if not path.exists():
        return "no such file"
    if not os.access(path, os.R_OK):
        return "one that may not be read"
    if path.stat().st_size == 0:
        return "an empty file"
    if isinstance(error, UnidentifiedImageError):
        return "a git-LFS pointer" if _is_lfs_pointer(path) else "a file of another format"
    return f"none that can be decoded ({str(error).splitlines()[0] if str(error) else 'damaged'})"


def _is_lfs_pointer(path: Path) -> bool:
    """Tell a file that git-LFS has not fetched: run `git lfs pull` where it comes from."""
    with path.open("rb") as file:
        return file.read(20).startswith(b"version https://git-")


def _check_size(picture: Image.Image, path: Path) -> None:
    width, height = picture.size
    _check_edges(width, height, path)
    if width * height > LARGEST:
        raise _too_large(f"{width} x {height} px", path)


def _check_edges(width: int, height: int, path: Path) -> None:
    if min(width, height) < SMALLEST:
        found = f"{width} x {height} px"
        raise InputError(f"at least {SMALLEST} x {SMALLEST} px", found, path, _AGAIN)


def _too_large(found: str, path: Path) -> InputError:
    remedy = "A whole slide is read with the packages of requirements-slides.txt."
    return InputError(f"at most {LARGEST:,} px", found, path, remedy)
