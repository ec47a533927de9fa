"""How much of a Grad-CAM map lies on tumour nuclei, and whether that is more than by chance."""

from dataclasses import dataclass

import cv2
import numpy as np

_DRAWS = 2000
_LEVEL = 95  # per cent


@dataclass(frozen=True)
class Share:
    """Of a field: the share of the map's mass on tumour nuclei's boxes, and of the area."""

    name: str
    patient: str
    mass: float
    area: float


@dataclass(frozen=True)
class Excess:
    """The mean of mass less area over fields, with its interval; fields: how many."""

    mass: float
    area: float
    value: float
    low: float
    high: float
    fields: int

    @property
    def told(self) -> str:
        """Say it in a line."""
        return (
            f"{self.mass:.3f} of the map on tumour nuclei, which cover {self.area:.3f}: "
            f"{self.value:+.3f} ({self.low:+.3f} to {self.high:+.3f}), {self.fields} fields"
        )


def box_mask(boxes: np.ndarray, width: int, height: int) -> np.ndarray:
    """Mark the boxes (xmin, xmax, ymin, ymax in px): bool, (height, width)."""
    mask = np.zeros((height, width), bool)
    for left, right, top, bottom in np.clip(np.round(boxes), 0, None).astype(int):
        mask[top:bottom, left:right] = True
    return mask


def spread(cam: np.ndarray, width: int, height: int) -> np.ndarray:
    """Enlarge a map to a picture's size, bilinearly; sums to 1, or is 0 where there is nothing."""
    large = cv2.resize(cam, (width, height), interpolation=cv2.INTER_LINEAR)
    total = float(large.sum())
    return large / total if total > 0 else large


def excess(shares: list[Share], seed: int = 0) -> Excess:
    """Average over fields, with a 95 % bootstrap interval over patients (Efron 1979)."""
    differences = np.array([share.mass - share.area for share in shares])
    patients = np.unique([share.patient for share in shares], return_inverse=True)[1]
    sums = np.bincount(patients, differences)
    counts = np.bincount(patients)
    draws = np.random.default_rng(seed).integers(len(sums), size=(_DRAWS, len(sums)))
    means = sums[draws].sum(1) / counts[draws].sum(1)
    low, high = np.percentile(means, [(100 - _LEVEL) / 2, (100 + _LEVEL) / 2])
    mass, area = (float(np.mean([getattr(s, n) for s in shares])) for n in ("mass", "area"))
    return Excess(mass, area, float(differences.mean()), float(low), float(high), len(shares))
