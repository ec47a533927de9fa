"""Pixels of any kind -> uint8 RGB: grey, palette, transparent, 16 bit."""

from pathlib import Path

import numpy as np
from PIL import Image

from common.utils.errors import InputError

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


def to_rgb(picture: Image.Image, path: Path) -> tuple[np.ndarray, list[str]]:
    """Convert a picture that Pillow has loaded; transparent parts are put on white.

    Args:
        picture: The picture.
        path: Its file, for messages.

    Returns:
        uint8 RGB, (height, width, 3), and what was converted.

    Raises:
        InputError: Its numbers are no colours.
    """
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


def is_wide(picture: Image.Image) -> bool:
    """Tell whether Pillow will drop half of 16 bit: a raw mode such as RGB;16B in its decoder."""
    arguments = picture.tile[0][3] if picture.tile else ()  # a plain tuple before Pillow 11
    raw = arguments if isinstance(arguments, str) else next(iter(arguments or ()), "")
    return ";16" in str(raw)


def on_white(rgba: np.ndarray) -> np.ndarray:
    """Put a uint8 RGBA picture on white: uint8 RGB. Where nothing was scanned there is glass."""
    wide = rgba.astype(np.uint16)
    alpha = wide[..., 3:]
    return ((wide[..., :3] * alpha + 255 * (255 - alpha)) // 255).astype(np.uint8)
