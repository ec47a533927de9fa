"""Pictures as users have them: PNG, JPEG, TIFF, BMP; grey, palette, transparent, 16 bit."""

import os
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from common.errors import InputError
from common.pictures import LARGEST, SMALLEST

_SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")
_NOT_FIELDS = ("mask", "vis")  # NuCLS keeps other pictures of the same names there
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP")
Image.MAX_IMAGE_PIXELS = None  # _check_size does that, and tells more
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


def find_pictures(given: Sequence[Path]) -> list[Path]:
    """List the pictures that are given, and those in the folders that are given, each once.

    Of a data set only the fields' own pictures, not those in mask/ and vis/. Raises InputError for
    what does not exist and for a folder without pictures.
    """
    found: dict[Path, None] = {}
    for path in given:
        if not path.exists():
            raise InputError("a picture or a folder of pictures", "no such file", str(path))
        inside = pictures_in(path) if path.is_dir() else [path]
        if not inside:
            raise InputError(f"pictures ({', '.join(_SUFFIXES)})", "none", path)
        found |= dict.fromkeys(inside)
    return list(found)


def pictures_in(folder: Path) -> list[Path]:
    """List the pictures below a folder, by their names' ends."""
    return sorted(path for path in folder.rglob("*") if _is_picture(path))


def _is_picture(path: Path) -> bool:
    hidden = path.name.startswith(".") or path.parent.name in _NOT_FIELDS
    return path.suffix.lower() in _SUFFIXES and not hidden


def read_any(path: Path) -> tuple[np.ndarray, str]:
    """Decode a picture: uint8 RGB (height, width, 3), and what was converted, "" for nothing.

    Of several pages the first is taken. Raises InputError if it is none of the formats, damaged,
    smaller than 32 x 32 px or larger than 2**26 px, or of numbers that are no colours.
    """
    try:
        with Image.open(path, formats=_FORMATS) as picture:
            _check_size(picture, path)
            pages = getattr(picture, "n_frames", 1)
            wide = _is_wide(picture)
            picture.load()
            rgb, note = _to_rgb(picture, path)
    except _DAMAGED as error:
        expected = "a whole picture (PNG, JPEG, TIFF, BMP)"
        raise InputError(expected, _found(path, error), path, "Get it again.") from error
    if wide and picture.mode == "RGB":
        note = "16 bit"
    notes = [note] if note else []
    return rgb, "; ".join(notes + ([f"the first of {pages} pages"] if pages > 1 else []))


def _found(path: Path, error: Exception) -> str:
    if path.is_dir():
        return "a folder"
    if not os.access(path, os.R_OK):
        return "one that may not be read"
    if path.stat().st_size == 0:
        return "an empty file"
    return f"none that can be decoded ({str(error).splitlines()[0] if str(error) else 'damaged'})"


def _is_wide(picture: Image.Image) -> bool:
    """Tell whether Pillow will drop half of 16 bit: a raw mode such as RGB;16B in its decoder."""
    arguments = picture.tile[0].args if picture.tile else ()
    raw = arguments if isinstance(arguments, str) else next(iter(arguments or ()), "")
    return ";16" in str(raw)


def _check_size(picture: Image.Image, path: Path) -> None:
    width, height = picture.size
    if min(width, height) < SMALLEST:
        raise InputError(f"at least {SMALLEST} x {SMALLEST} px", f"{width} x {height} px", path)
    if width * height > LARGEST:
        remedy = "A whole slide is read with the packages of requirements-slides.txt."
        raise InputError(f"at most {LARGEST:,} px", f"{width} x {height} px", path, remedy)


def _to_rgb(picture: Image.Image, path: Path) -> tuple[np.ndarray, str]:
    mode = picture.mode
    if mode == "RGB":
        return np.asarray(picture), ""
    if mode not in _CONVERTED:
        raise InputError("a picture of colours or grey", f"pixels of mode {mode}", path)
    if mode.startswith("I;16"):
        grey = (np.asarray(picture, np.uint32) // 257).astype(np.uint8)
        return np.repeat(grey[..., np.newaxis], 3, axis=-1), _CONVERTED[mode]
    note = _CONVERTED[mode]
    if mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        clear = Image.new("RGBA", picture.size, "white")
        clear.alpha_composite(picture.convert("RGBA"))
        picture = clear
    return np.asarray(picture.convert("RGB")), note
