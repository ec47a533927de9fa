"""The layout of a synthetic field of view: which nuclei lie where, with which outline.

Sizes are those of nuclei at 0.2 microns a pixel: tumour nuclei about 10 microns, lymphocytes
about 6, fibroblasts spindles of about 11 by 3. A scale below 1 makes them as much smaller.
"""

from dataclasses import dataclass

import cv2
import numpy as np

_LEAST_AREA = 60  # px at scale 1; smaller slivers at the edge would be no recognisable nucleus
_TRIES = 200  # places for a nucleus
TUMOUR, LYMPHOCYTE, FIBROBLAST = "tumor", "lymphocyte", "fibroblast"


@dataclass(frozen=True)
class Kind:
    """How a kind of nucleus looks.

    Attributes:
        long, short: Mean half axes, px.
        uneven: Relative roughness of the outline.
        stain: Mean optical density of haematoxylin (natural logarithm).
        clumps: How unevenly the chromatin takes it.
    """

    long: float
    short: float
    uneven: float
    stain: float
    clumps: float


KINDS = {
    TUMOUR: Kind(25, 20, 0.14, 0.62, 0.50),
    LYMPHOCYTE: Kind(14, 13, 0.06, 1.35, 0.22),
    FIBROBLAST: Kind(27, 7, 0.10, 1.00, 0.25),
}


@dataclass(frozen=True)
class Nucleus:
    """One nucleus.

    Attributes:
        group: A key of KINDS.
        outline: In px, int32, (points, 2), x before y.
    """

    group: str
    outline: np.ndarray


def draw_nuclei(
    random: np.random.Generator,
    size: int,
    density: float,
    scale: float = 1.0,
    crowding: float = 1.0,
    holes: np.ndarray | None = None,
) -> list[Nucleus]:
    """Lay out nuclei without overlap. Tumour nuclei lie in nests, the others around them.

    Args:
        random: Source of all randomness.
        size: Edge of the field, px.
        density: About the share of tumour nuclei, 0 to 1.
        scale: Of all sizes; 1 for 0.2 microns a pixel.
        crowding: How many nuclei lie on the same area; 1 for the sample's. Above 1 they may touch.
        holes: Where none can lie: bool, (size, size); None for nowhere.
    """
    wanted = int(crowding * random.integers(16, 41) * (size / scale / 256) ** 2) + 2
    tumour = round(wanted * density)
    lymphocytes = round((wanted - tumour) * random.beta(2, 2))
    nest = blurred_noise(random, size, size / 6)
    groups = [TUMOUR] * tumour + [LYMPHOCYTE] * lymphocytes
    groups += [FIBROBLAST] * (wanted - len(groups))
    taken = np.zeros((size, size), np.uint8) if holes is None else holes.astype(np.uint8)
    gap = 0 if crowding > 1 else max(1, round(2 * scale))
    nuclei = [_place(random, group, nest, taken, scale, gap) for group in groups]
    return [nucleus for nucleus in nuclei if nucleus is not None]


def _place(
    random: np.random.Generator,
    group: str,
    nest: np.ndarray,
    taken: np.ndarray,
    scale: float,
    gap: int,
) -> Nucleus | None:
    """Try places until a nucleus fits beside those that are there; None if the field is full."""
    size = len(taken)
    shape = scale * _outline(random, KINDS[group])
    before = random.bit_generator.state
    tries = random.random((_TRIES, 3))  # x, y, chance
    centres = 6 * scale + (size - 12 * scale) * tries[:, :2]
    columns, rows = centres.astype(int).T
    heights = nest[rows, columns] if group == TUMOUR else -nest[rows, columns]
    likely = tries[:, 2] <= 1 / (1 + np.exp(-4 * heights))
    outlines = np.clip(np.round(shape + centres[:, None]), 0, size - 1).astype(np.int32)
    # A point of an outline on or near another nucleus: as _take would find, in a tenth of the time.
    near = cv2.dilate(taken, np.ones((2 * gap + 1, 2 * gap + 1)))
    free = ~near[outlines[..., 1], outlines[..., 0]].any(1)
    for at in np.flatnonzero(likely & free):
        if _take(taken, outlines[at], gap, _LEAST_AREA * scale**2):
            # What comes next is drawn as if no further place had been tried.
            random.bit_generator.state = before
            random.random((at + 1, 3))
            return Nucleus(group, outlines[at])
    return None


def _take(taken: np.ndarray, outline: np.ndarray, gap: int, least: float) -> bool:
    """Mark an outline's area in `taken`, unless it comes within `gap` px of what is there.

    Nor is it marked if it covers less than `least` px.
    """
    corner = np.maximum(outline.min(0) - gap, 0)
    right, bottom = outline.max(0) + gap + 1
    box = taken[corner[1] : bottom, corner[0] : right]
    own = cv2.fillPoly(np.zeros_like(box), [outline - corner], 1)
    around = np.ones((2 * gap + 1, 2 * gap + 1))
    if own.sum() < least or (cv2.dilate(own, around) & box).any():
        return False
    box |= own
    return True


def _outline(random: np.random.Generator, kind: Kind) -> np.ndarray:
    """Make an ellipse of random size and turn around 0, roughened by a few low harmonics."""
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    radius = np.ones_like(angle)
    for harmonic in (2, 3, 4):
        phase = random.uniform(0, 2 * np.pi)
        radius += random.normal(0, kind.uneven / harmonic) * np.cos(harmonic * angle + phase)
    axes = np.array([kind.long, kind.short]) * random.normal(1, 0.12)
    points = np.stack([np.cos(angle), np.sin(angle)], 1) * radius[:, None] * axes
    turn = random.uniform(0, np.pi)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return points @ rotation.T


def label_map(size: int, nuclei: list[Nucleus]) -> np.ndarray:
    """Draw nucleus i (from 1) as the value i on 0: int32 of shape (size, size)."""
    labels = np.zeros((size, size), np.int32)
    for number, nucleus in enumerate(nuclei, 1):
        cv2.fillPoly(labels, [nucleus.outline], number)
    return labels


def blurred_noise(random: np.random.Generator, size: int, sigma: float) -> np.ndarray:
    """Smooth noise of mean 0 and deviation 1, correlated over `sigma` px: (size, size)."""
    coarse = max(1, int(sigma / 3))  # smooth noise needs few samples: draw coarse, enlarge
    small = random.standard_normal((size // coarse + 1,) * 2, dtype=np.float32)
    noise = cv2.resize(cv2.GaussianBlur(small, (0, 0), sigma / coarse), (size, size))
    return (noise - noise.mean()) / noise.std()
