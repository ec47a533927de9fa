"""A synthetic field of view's picture: tissue and nuclei, stained in optical density."""

from dataclasses import dataclass

import cv2
import numpy as np
from skimage.color import combine_stains

from common.synthetic.nuclei import KINDS, TUMOUR, Nucleus, blurred_noise, label_map

# Red, green, blue optical density of haematoxylin, eosin and a residual: the reference vectors of
# Macenko et al. 2009 (doi 10.1109/ISBI.2009.5193250), the third at right angles to both.
_HAEMATOXYLIN = np.array([0.5626, 0.7201, 0.4062])
_EOSIN = np.array([0.2159, 0.8012, 0.5581])
_STAINS = np.stack([_HAEMATOXYLIN, _EOSIN, np.cross(_HAEMATOXYLIN, _EOSIN)])


@dataclass(frozen=True)
class Stain:
    """One slide's staining.

    Attributes:
        vectors: Red, green, blue optical density of haematoxylin, eosin and a residual, (3, 3).
        haematoxylin: Its strength, about 1.
        eosin: Its strength, about 1.
    """

    vectors: np.ndarray
    haematoxylin: float
    eosin: float


def draw_stain(random: np.random.Generator, spread: float = 1.0) -> Stain:
    """Vary the stains as laboratories and scanners do, or `spread` times as much."""
    vectors = _STAINS * random.normal(1, 0.06 * spread, (3, 3))
    strengths = random.uniform(1 - 0.25 * spread, 1 + 0.25 * spread, 2)
    return Stain(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), *strengths)


def paint(
    random: np.random.Generator,
    size: int,
    nuclei: list[Nucleus],
    stain: Stain,
    scale: float = 1.0,
    blur: float = 0.9,
    holes: np.ndarray | None = None,
) -> np.ndarray:
    """Paint a field of view.

    Args:
        random: Source of all randomness.
        size: Edge of the field, px.
        nuclei: Those in it.
        stain: Of its slide.
        scale: Of all structures, as of draw_nuclei.
        blur: Of the scanner's optics, px.
        holes: Where there is no tissue, as in lumina and fat: bool, (size, size); None for nowhere.

    Returns:
        uint8 RGB, (size, size, 3).
    """
    amounts = _amounts(random, size, nuclei, scale, holes)
    amounts *= (stain.haematoxylin, stain.eosin, 0)
    soft = cv2.GaussianBlur(np.clip(amounts, 0, None), (0, 0), blur)
    # combine_stains expects amounts in units of a density at which light falls to 1e-6.
    rgb = combine_stains(soft / -np.log(1e-6), stain.vectors) * 255
    return np.clip(
        np.round(rgb + 2.5 * random.standard_normal(rgb.shape, dtype=np.float32)), 0, 255
    ).astype(np.uint8)


def _amounts(
    random: np.random.Generator,
    size: int,
    nuclei: list[Nucleus],
    scale: float,
    holes: np.ndarray | None,
) -> np.ndarray:
    """Return what the tissue takes of each stain: optical density, (size, size, 3)."""
    labels = label_map(size, nuclei)
    inside = labels > 0
    tumour = np.array([False, *(nucleus.group == TUMOUR for nucleus in nuclei)])[labels]
    cells = cv2.dilate(tumour.astype(np.uint8), np.ones((_odd(21 * scale),) * 2)).astype(np.float32)
    cells = cv2.GaussianBlur(cells, (0, 0), 5 * scale)  # cytoplasm of tumour cells, 0 to 1
    eosin = _stroma(random, size, scale) * (1 - cells)
    eosin += (0.42 + 0.07 * blurred_noise(random, size, 3 * scale)) * cells
    haematoxylin = 0.06 + 0.02 * blurred_noise(random, size, 5 * scale) + 0.14 * cells
    haematoxylin = np.where(inside, _chromatin(random, nuclei, labels, scale), haematoxylin)
    eosin = np.where(inside, 0.5 * eosin, eosin)
    amounts = np.stack([haematoxylin, eosin, 0 * eosin], -1)
    if holes is not None:
        amounts[holes & ~inside] *= 0.05
    return amounts


def _odd(length: float) -> int:
    """Return the nearest odd number, at least 1."""
    return 2 * round((length - 1) / 2) + 1 if length > 1 else 1


def _stroma(random: np.random.Generator, size: int, scale: float) -> np.ndarray:
    """Eosin of wavy collagen bundles with pale gaps: optical density, (size, size)."""
    noise = random.standard_normal((2 * size, 2 * size), dtype=np.float32)
    streaks = cv2.GaussianBlur(noise, (0, 0), 22 * scale, sigmaY=2.2 * scale)
    streaks /= streaks.std()
    y, x = np.mgrid[:size, :size].astype(np.float32)
    turn = random.uniform(0, np.pi)
    bend = 9 * scale * blurred_noise(random, size, size / 8)
    along = (x * np.cos(turn) - y * np.sin(turn)).astype(np.float32)
    across = (x * np.sin(turn) + y * np.cos(turn) + bend).astype(np.float32)
    bundles = cv2.remap(streaks, along, across, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    fibres = 0.40 + 0.11 * bundles + 0.05 * blurred_noise(random, size, 1.5 * scale)
    gaps = 1 / (1 + np.exp(-7 * (0.6 * bundles + blurred_noise(random, size, 12 * scale) - 1.6)))
    return fibres * (1 - 0.9 * gaps)


def _chromatin(
    random: np.random.Generator, nuclei: list[Nucleus], labels: np.ndarray, scale: float
) -> np.ndarray:
    """Haematoxylin of the nuclei, with clumps, a dark rim and nucleoli: density, as `labels`."""
    size = len(labels)
    kinds = [KINDS[nucleus.group] for nucleus in nuclei]
    stain = np.array([0, *(kind.stain * random.normal(1, 0.12) for kind in kinds)])[labels]
    clumps = np.array([0, *(kind.clumps for kind in kinds)])[labels]
    rim = 1 - cv2.GaussianBlur((labels > 0).astype(np.float32), (0, 0), 3 * scale)
    texture = 0.55 * blurred_noise(random, size, 2.2 * scale) + 1.8 * rim
    nucleoli = np.zeros((size, size), np.float32)
    for nucleus in nuclei:
        if nucleus.group == TUMOUR:
            away = scale * random.normal(0, 5, (random.integers(1, 3), 2))
            for spot in nucleus.outline.mean(0) + away:
                centre = tuple(np.round(spot).astype(int).tolist())
                radius = round(scale * int(random.integers(2, 5)))
                cv2.circle(nucleoli, centre, radius, 0.6, -1)
    return stain * (1 + clumps * texture) + cv2.GaussianBlur(nucleoli, (0, 0), scale)
