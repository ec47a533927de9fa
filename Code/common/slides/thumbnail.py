"""A small picture of a whole slide, read tile by tile."""

import math

import cv2
import numpy as np

from common.slides.slide import Slide
from common.utils.errors import InputError

_LONGEST = 1600  # px, the longer edge
_TILE = 2048  # px of the full resolution that are read at once


def read_thumbnail(slide: Slide) -> tuple[np.ndarray, np.ndarray]:
    """Read a whole slide; no more of it is held than the result and a tile.

    OpenSlide's own thumbnail reads a whole level: of a slide with one level, all of it.

    Returns:
        uint8 RGB of at most 1600 px, (height, width, 3), and where it cannot be read: bool,
        (height, width).
    """
    scale = max(1.0, max(slide.width, slide.height) / _LONGEST)
    shape = math.ceil(slide.height / scale), math.ceil(slide.width / scale)
    picture, unread = np.full((*shape, 3), 255, np.uint8), np.zeros(shape, bool)
    step = max(1, int(_TILE // scale))  # px of the thumbnail
    for top in range(0, shape[0], step):
        for left in range(0, shape[1], step):
            tile = np.s_[top : top + step, left : left + step]
            _fill(slide, picture[tile], unread[tile], (left * scale, top * scale), scale)
    return picture, unread


def _fill(
    slide: Slide,
    picture: np.ndarray,
    unread: np.ndarray,
    corner: tuple[float, float],
    scale: float,
) -> None:
    """Read a part of the thumbnail; where that fails its quarters, down to the size of a field."""
    height, width = unread.shape
    if not unread.size:
        return
    try:
        left, top = map(round, corner)
        span = round(width * scale), round(height * scale)
        read = slide.region(left, top, *span, max(width, height))
        picture[:] = cv2.resize(read, (width, height), interpolation=cv2.INTER_AREA)
    except InputError:
        if max(width, height) * scale <= slide.edge or max(width, height) == 1:
            unread[:] = True
            return
        half = (max(width, height) + 1) // 2
        for down, across in ((0, 0), (0, half), (half, 0), (half, half)):
            part = np.s_[down : down + half, across : across + half]
            begin = corner[0] + across * scale, corner[1] + down * scale
            _fill(slide, picture[part], unread[part], begin, scale)
