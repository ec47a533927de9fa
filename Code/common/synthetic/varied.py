"""Painted fields of view for pretraining: more varied than the sample, with exact labels."""

import math
from dataclasses import dataclass
from functools import partial

import numpy as np

from common.synthetic.nuclei import TUMOUR, Nucleus, blurred_noise, draw_nuclei
from common.synthetic.painting import draw_stain, paint
from common.utils.pool import on_all_cores

_MICRONS_A_PIXEL = 0.2  # at scale 1
_EDGE = (45.0, 140.0)  # of a field, microns
_SIZES = 0.2  # standard deviation of the logarithm of the nuclei's size in a field
_CROWDING = (0.4, 2.0)
_HOLED = 0.4  # share of fields with lumina or fat
_HOLES = (0.6, 2.2)  # how many standard deviations of smooth noise they lie above
_HOLE_EDGE = (12.0, 40.0)  # microns, about
_STAIN_SPREAD = 2.0
_BLUR = (0.4, 1.2)  # px
_NONE, _ONLY = 0.25, 0.1  # shares of fields without, and of nothing but, tumour nuclei


@dataclass(frozen=True)
class PaintedFields:
    """Painted fields of view.

    Attributes:
        pictures: uint8 RGB, (fields, size, size, 3).
        nuclei: Of each nucleus its place, x and y as shares of the edge, and 1 if it is a tumour
            nucleus, else 0; padded with -1: float32, (fields, most nuclei, 3).
    """

    pictures: np.ndarray
    nuclei: np.ndarray

    @property
    def densities(self) -> np.ndarray:
        """Tumour nuclei / all nuclei: float64, (fields,), 0 to 1."""
        kinds = self.nuclei[..., 2]
        return (kinds == 1).sum(axis=1) / (kinds >= 0).sum(axis=1)


def paint_fields(count: int, size: int, seed: int = 0) -> PaintedFields:
    """Paint fields of view; the same arguments give the same fields.

    Stains, blur, magnification, crowding, size of nuclei and kind of tissue vary more than between
    laboratories, so that what is learned from them does not depend on one look.

    Args:
        count: Fields of view.
        size: Edge of a field, px.
        seed: Of all randomness.
    """
    painted = partial(_field, size=size, seed=seed)
    pictures, nuclei = np.empty((count, size, size, 3), np.uint8), []
    with on_all_cores(painted, range(count), "painting fields", "fields") as fields:
        for at, (picture, found) in enumerate(fields):
            pictures[at] = picture
            nuclei.append(found)
    padded = np.full((count, max(map(len, nuclei)), 3), -1, np.float32)
    for row, found in zip(padded, nuclei, strict=True):
        row[: len(found)] = found
    return PaintedFields(pictures, padded)


def _field(number: int, *, size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Paint one field: its picture and its nuclei, as PaintedFields has them."""
    random = np.random.default_rng([seed, number])
    edge = math.exp(random.uniform(*map(math.log, _EDGE)))
    scale = size * _MICRONS_A_PIXEL / edge
    sized = scale * math.exp(random.normal(0, _SIZES))
    holes = _holes(random, size, scale)
    nuclei = _nuclei(random, size, sized, holes)
    stain = draw_stain(random, _STAIN_SPREAD)
    picture = paint(random, size, nuclei, stain, sized, random.uniform(*_BLUR), holes)
    places = [nucleus.outline.mean(axis=0) / size for nucleus in nuclei]
    tumour = [nucleus.group == TUMOUR for nucleus in nuclei]
    return picture, np.column_stack([places, tumour]).astype(np.float32)


def _holes(random: np.random.Generator, size: int, scale: float) -> np.ndarray:
    """Draw where there is no tissue: bool, (size, size)."""
    if random.random() > _HOLED:
        return np.zeros((size, size), bool)
    edge = random.uniform(*_HOLE_EDGE) / _MICRONS_A_PIXEL * scale
    return blurred_noise(random, size, edge / 2) > random.uniform(*_HOLES)


def _nuclei(
    random: np.random.Generator, size: int, scale: float, holes: np.ndarray
) -> list[Nucleus]:
    """Draw nuclei until there is one, as a field without nuclei has no density."""
    while True:
        kind = random.choice(3, p=(_NONE, _ONLY, 1 - _NONE - _ONLY))
        density = (0.0, 1.0, random.beta(1.2, 1.2))[kind]
        crowding = random.uniform(*_CROWDING)
        nuclei = draw_nuclei(random, size, density, scale, crowding, holes)
        if nuclei:
            return nuclei
