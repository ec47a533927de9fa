"""One reader of pictures for training and prediction: uint8 RGB, however they are stored."""

import os
import struct
import warnings
import zlib
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from common.images.formats import FORMATS
from common.utils.errors import InputError

SMALLEST = 32  # px; keras.applications.ResNet takes nothing smaller
LARGEST = 2**26  # px in all; 8192 x 8192, 200 MB as RGB
_EXPECTED = f"a whole picture ({', '.join(FORMATS)})"
_AGAIN = "Get it again."
_ORIENTATION = 0x0112  # EXIF's tag; values of 5 and more turn a picture by a quarter
# Pillow warns of pictures that _check_size refuses; of larger ones it raises an error.
warnings.simplefilter("ignore", Image.DecompressionBombWarning)
# What Pillow's readers raise on damaged files.
_DAMAGED = (
    *(OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError, IndexError, OverflowError),
    *(struct.error, zlib.error),
)
_CONVERTED = {
    "1": "black and white",
    "L": "grey",
    "P": "palette",
    "LA": "grey, transparent parts made white",
    "PA": "palette, transparent parts made white",
    "RGBA": "transparent parts made white",
    "CMYK": "CMYK",
    "YCbCr": "YCbCr",
    "I;16": "16 bit, grey",
    "I;16B": "16 bit, grey",
    "I;16L": "16 bit, grey",
}


def read_picture(path: Path) -> np.ndarray:
    """Decode a picture as uint8 RGB of shape (height, width, 3); raises as read_with_notes."""
    return read_with_notes(path)[0]


def read_with_notes(path: Path) -> tuple[np.ndarray, list[str]]:
    """Decode a picture, turned as its EXIF entry says; of several pages the first.

    Args:
        path: PNG, JPEG, TIFF or BMP; grey, palette, transparent (put on white) or 16 bit.

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
            wide = _is_wide(picture)
            picture.load()
            rgb, notes = _to_rgb(ImageOps.exif_transpose(picture), path)
    except Image.DecompressionBombError as error:
        raise _too_large(f"more than {2 * Image.MAX_IMAGE_PIXELS:,} px", path) from error
    except _DAMAGED as error:
        raise InputError(_EXPECTED, _found(path, error), path, _AGAIN) from error
    if wide and not notes:
        notes.append("16 bit")
    if pages > 1:
        notes.append(f"the first of {pages} pages")
    return rgb, notes


def picture_size(path: Path) -> tuple[int, int]:
    """Return a picture's width and height in px from its header.

    Raises:
        InputError: It cannot be read.
    """
    try:
        with Image.open(path, formats=FORMATS) as picture:
            turned = picture.getexif().get(_ORIENTATION, 1) >= 5
            return picture.size[::-1] if turned else picture.size
    except (*_DAMAGED, Image.DecompressionBombError) as error:
        raise InputError(_EXPECTED, _found(path, error), path, _AGAIN) from error


def resize(picture: np.ndarray, size: int) -> np.ndarray:
    """Resize a uint8 RGB picture to (size, size, 3); averages areas where it shrinks."""
    shrinks = size < min(picture.shape[:2])
    how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return cv2.resize(picture, (size, size), interpolation=how)


def on_white(rgba: np.ndarray) -> np.ndarray:
    """Put a uint8 RGBA picture on white: uint8 RGB. Where nothing was scanned there is glass."""
    wide = rgba.astype(np.uint16)
    alpha = wide[..., 3:]
    return ((wide[..., :3] * alpha + 255 * (255 - alpha)) // 255).astype(np.uint8)


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
        return "a file of another format"
    return f"none that can be decoded ({str(error).splitlines()[0] if str(error) else 'damaged'})"


def _is_wide(picture: Image.Image) -> bool:
    """Tell whether Pillow will drop half of 16 bit: a raw mode such as RGB;16B in its decoder."""
    arguments = picture.tile[0].args if picture.tile else ()
    raw = arguments if isinstance(arguments, str) else next(iter(arguments or ()), "")
    return ";16" in str(raw)


def _check_size(picture: Image.Image, path: Path) -> None:
    width, height = picture.size
    if min(width, height) < SMALLEST:
        found = f"{width} x {height} px"
        raise InputError(f"at least {SMALLEST} x {SMALLEST} px", found, path, _AGAIN)
    if width * height > LARGEST:
        raise _too_large(f"{width} x {height} px", path)


def _too_large(found: str, path: Path) -> InputError:
    remedy = "A whole slide is read with the packages of requirements-slides.txt."
    return InputError(f"at most {LARGEST:,} px", found, path, remedy)


def _to_rgb(picture: Image.Image, path: Path) -> tuple[np.ndarray, list[str]]:
    mode = picture.mode
    if mode == "RGB" and "transparency" not in picture.info:
        return np.asarray(picture), []
    if mode != "RGB" and mode not in _CONVERTED:
        raise InputError("a picture of colours or grey", f"pixels of mode {mode}", path)
    if mode.startswith("I;16"):
        grey = (np.asarray(picture, np.uint32) // 257).astype(np.uint8)
        return np.repeat(grey[..., np.newaxis], 3, axis=-1), [_CONVERTED[mode]]
    if mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        rgb = on_white(np.asarray(picture.convert("RGBA")))
    else:
        rgb = np.asarray(picture.convert("RGB"))
    return rgb, [_CONVERTED.get(mode, "transparent parts made white")]
