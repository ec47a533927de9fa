"""What pictures look like in a few numbers, and whether one is unlike those of a training.

Stain (mean optical density of each channel, its spread, the colour of the darkest quarter, which is
nuclei), saturation, contrast and fine structure: not what a field shows, but of what kind it is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

_MOST = 300  # pictures that a range is taken from
# Of the range's width, on either side. Of 200 real fields of 60 slides, held against the ranges of
# the other four fifths of the slides, one was outside; of 10 of another organ and scanner none.
_MARGIN = 0.25
_DARK = 0.75  # quantile of the optical density
_NUMBERS = 11
_FINE = 2.0  # px, the standard deviation of the blur that is taken off


@dataclass(frozen=True)
class AppearanceRange:
    """The least and the greatest of each number of `appearance` over training pictures."""

    least: tuple[float, ...]
    greatest: tuple[float, ...]

    def __post_init__(self) -> None:
        """Raise ValueError or TypeError unless these are numbers of `appearance`."""
        sizes = {len(self.least), len(self.greatest)}
        if sizes != {_NUMBERS} or not all(map(math.isfinite, (*self.least, *self.greatest))):
            raise ValueError(f"expected {_NUMBERS} finite numbers twice")

    def holds(self, picture: np.ndarray) -> bool:
        """Tell whether a picture, at the size of those of the range, is of their kind."""
        least, greatest, one = (
            np.array(numbers) for numbers in (self.least, self.greatest, appearance(picture))
        )
        margin = _MARGIN * (greatest - least)
        return bool(((least - margin <= one) & (one <= greatest + margin)).all())


def appearance_range(pictures: Sequence[np.ndarray]) -> AppearanceRange:
    """Return the range over pictures of one size, or 300 of them: uint8 RGB, (size, size, 3)."""
    chosen = np.unique(np.linspace(0, len(pictures) - 1, _MOST).round().astype(int))
    numbers = np.array([appearance(pictures[at]) for at in chosen])
    least, greatest = numbers.min(0).round(5), numbers.max(0).round(5)
    return AppearanceRange(tuple(least.tolist()), tuple(greatest.tolist()))


def appearance(picture: np.ndarray) -> np.ndarray:
    """Return 11 numbers of a uint8 RGB picture: float64, (11,)."""
    picture = np.ascontiguousarray(picture)
    density = -np.log((picture.reshape(-1, 3).astype(np.float32) + 1) / 256)
    total = density.sum(1)
    mean, dark = density.mean(0), density[total >= np.quantile(total, _DARK)].mean(0)
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    saturation = picture.max(-1).astype(np.float32) - picture.min(-1)
    return np.array(
        [
            *mean,
            *_share(mean),
            *_share(dark),
            density.std(0).mean(),
            saturation.mean(),
            grey.std(),
            (grey - cv2.GaussianBlur(grey, (0, 0), _FINE)).std(),
        ],
        float,
    )


def _share(density: np.ndarray) -> tuple[float, float]:
    """Return the share of red and blue in an optical density; a third each where there is none."""
    total = float(density.sum())
    return (density[0] / total, density[2] / total) if total > 0 else (1 / 3, 1 / 3)
