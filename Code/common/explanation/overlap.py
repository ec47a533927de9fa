"""How much of a Grad-CAM map lies on tumour nuclei, and whether that is more than by chance."""

from dataclasses import dataclass

import cv2
import numpy as np

_DRAWS = 2000
_LEVEL = 95  # per cent


@dataclass(frozen=True)
class Share:
    """Of a field: the share of the map's mass on tumour nuclei's boxes, and of the area.

    Attributes:
        name: Of the field of view.
        patient: Of the field.
        mass: Share of the map, 0 to 1.
        area: Share of the picture that the boxes cover, 0 to 1.
    """

    name: str
    patient: str
    mass: float
    area: float


@dataclass(frozen=True)
class Excess:
    """The mean of mass less area over fields, with its interval.

    Attributes:
        mass, area: Means over fields.
        value: Mean difference.
        low, high: Of the 95 % interval; None if all fields are of one patient.
        fields: How many.
    """

    mass: float
    area: float
    value: float
    low: float | None
    high: float | None
    fields: int

    @property
    def line(self) -> str:
        """Say it in a line."""
        interval = "no interval from one patient"
        if self.low is not None and self.high is not None:
            interval = f"{self.low:+.3f} to {self.high:+.3f}"
        return (
            f"{self.mass:.3f} of the map on tumour nuclei, which cover {self.area:.3f}: "
            f"{self.value:+.3f} ({interval}), {self.fields} fields"
        )


def box_mask(boxes: np.ndarray, width: int, height: int) -> np.ndarray:
    """Mark boxes on a picture.

    Args:
        boxes: xmin, xmax, ymin, ymax in px, (boxes, 4).
        width: Of the picture, px.
        height: Of the picture, px.

    Returns:
        bool, (height, width).
    """
    mask = np.zeros((height, width), bool)
    for left, right, top, bottom in np.clip(np.round(boxes), 0, None).astype(int):
        mask[top:bottom, left:right] = True
    return mask


def spread(cam: np.ndarray, width: int, height: int) -> np.ndarray:
    """Enlarge a map to a picture's size, bilinearly.

    Args:
        cam: The map, 0 or more.
        width: Of the picture, px.
        height: Of the picture, px.

    Returns:
        (height, width); sums to 1, or is all 0 if the map is.
    """
    large = cv2.resize(cam, (width, height), interpolation=cv2.INTER_LINEAR)
    total = float(large.sum())
    return large / total if total > 0 else large


def excess(shares: list[list[Share]], seed: int = 0) -> Excess:
    """Average over fields, and over networks where there are several, with a 95 % interval.

    The interval is a bootstrap over patients and networks (Efron 1979).

    Args:
        shares: Of each network its fields' shares, the fields the same and in the same order.
        seed: Of the bootstrap.
    """
    mass = np.array([[share.mass for share in network] for network in shares])
    area = np.array([share.area for share in shares[0]])
    patients = np.unique([share.patient for share in shares[0]], return_inverse=True)[1]
    sums = np.array([np.bincount(patients, row) for row in mass - area])
    counts = np.bincount(patients)
    generator = np.random.default_rng(seed)
    means = []
    for _ in range(_DRAWS):
        networks = generator.integers(len(sums), size=len(sums))
        drawn = generator.integers(len(counts), size=len(counts))
        means.append(sums[networks][:, drawn].sum() / (counts[drawn].sum() * len(networks)))
    low, high = np.percentile(means, [(100 - _LEVEL) / 2, (100 + _LEVEL) / 2]).tolist()
    if len(counts) == 1:  # nothing tells how much patients differ
        low = high = None
    value = float((mass - area).mean())
    return Excess(float(mass.mean()), float(area.mean()), value, low, high, len(area))
