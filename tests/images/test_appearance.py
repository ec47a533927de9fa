"""Pictures of another kind than those of a training."""

import numpy as np
from common.images.appearance import appearance_range
from common.images.reading import resize
from skimage import data

RANDOM = np.random.default_rng(0)


def field(redness: float) -> np.ndarray:
    """Paint a field: pink, with blue spots of 8 px, as far towards red as is told."""
    spots = np.kron(RANDOM.random((16, 16)) < 0.3, np.ones((8, 8), bool))
    pink, blue = np.array([220 + 20 * redness, 160, 190]), np.array([110 + 20 * redness, 80, 170])
    picture = np.where(spots[..., None], blue, pink) + RANDOM.normal(0, 5, (128, 128, 3))
    return picture.clip(0, 255).astype(np.uint8)


def test_other_kinds_are_outside_the_range() -> None:
    known = appearance_range([field(share) for share in np.linspace(0, 1, 40)])
    assert all(known.holds(field(share)) for share in (0.2, 0.5, 0.8))
    strangers = [data.astronaut(), data.chelsea(), data.coffee()]
    assert not any(known.holds(resize(stranger, 128)) for stranger in strangers)
    for odd in (0, 128, 255, RANDOM.integers(0, 256, (128, 128, 3))):
        assert not known.holds(np.broadcast_to(odd, (128, 128, 3)).astype(np.uint8))
