"""Stain normalisation: every picture to the stain colours of one target picture.

torchstain's NumPy backend does the work: Macenko et al. 2009 (doi 10.1109/ISBI.2009.5193250),
Reinhard et al. 2001 (doi 10.1109/38.946629). It can also hurt (arXiv 2301.03418): measure.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from torchstain.base.normalizers import HENormalizer
from torchstain.numpy.normalizers import NumpyMacenkoNormalizer, NumpyReinhardNormalizer
from tqdm import tqdm

from common.errors import InputError
from common.pictures import CACHE, picture_digests, write_pictures

STAINS = ("none", "macenko", "reinhard")
_ATTRIBUTES = {"macenko": ("HERef", "maxCRef"), "reinhard": ("target_means", "target_stds")}
_TISSUE_DENSITY = 0.15  # optical density above which Macenko's method takes a pixel for tissue
_LEAST_TISSUE = 0.02  # share of pixels; below it a picture is nearly blank and stays as it is
_LEAST_SPREAD = 3  # of 255; in a picture of one colour no stains can be told apart


@dataclass(frozen=True)
class StainTarget:
    """A method and the numbers of its target, as a run's log and models keep them.

    values: JSON of the fitted attributes. source: the field of view that they are of.
    """

    method: str
    values: str
    source: str

    def normaliser(self) -> Callable[[np.ndarray], np.ndarray]:
        """Return what brings a uint8 RGB picture to the target; it leaves nearly blank ones.

        Raises ValueError, KeyError or TypeError if the values are not the method's.
        """
        attributes = json.loads(self.values)
        if set(attributes) != set(_ATTRIBUTES[self.method]):
            raise ValueError(f"expected {_ATTRIBUTES[self.method]}, found {list(attributes)}")
        normaliser = _normaliser(self.method)
        for name, value in attributes.items():
            setattr(normaliser, name, np.array(value, float))
        return lambda picture: _one(np.asarray(picture), normaliser)


def find_target(
    method: str, pictures: np.ndarray, train: np.ndarray, names: list[str]
) -> StainTarget:
    """Fit to the training picture whose mean colour is nearest to the median over training.

    pictures: uint8 RGB, (fields, size, size, 3). Raises InputError if all are nearly blank.
    """
    means = {at: pictures[at].mean((0, 1)) for at in train if not nearly_blank(pictures[at])}
    if not means:
        raise InputError("a training picture with tissue", "none", do="Give --stain none.")
    middle = np.median(list(means.values()), axis=0)
    chosen = min(means, key=lambda at: float(np.abs(means[at] - middle).sum()))
    normaliser = _normaliser(method)
    normaliser.fit(np.asarray(pictures[chosen]))
    values = {name: np.asarray(getattr(normaliser, name)).tolist() for name in _ATTRIBUTES[method]}
    return StainTarget(method, json.dumps(values), names[chosen])


def normalised(pictures: np.ndarray, target: StainTarget) -> tuple[np.ndarray, int]:
    """Return the pictures with the target's stains, memory-mapped, and how many stayed as before.

    Nearly blank ones stay, and those of one colour, whose stains cannot be told.
    """
    key = hashlib.blake2b(f"1 {target.method} {target.values}".encode(), digest_size=12)
    key.update(b"".join(picture_digests(pictures)))
    size = pictures.shape[1]
    cache = CACHE / f"pictures-{size}px-{target.method}-{key.hexdigest()}.npy"
    if not cache.exists():
        write_pictures(cache, _all(pictures, target), pictures.shape)
    stained = np.load(cache, mmap_mode="r")
    pairs = zip(pictures, stained, strict=True)
    return stained, sum(bool((one == other).all()) for one, other in pairs)


def _all(pictures: np.ndarray, target: StainTarget) -> Iterator[np.ndarray]:
    bar = tqdm(pictures, "normalising stains", unit=" fields", disable=None)
    return map(target.normaliser(), bar)


def _one(picture: np.ndarray, normaliser: HENormalizer) -> np.ndarray:
    if nearly_blank(picture) or np.ptp(picture, axis=(0, 1)).max() < _LEAST_SPREAD:
        return picture
    try:
        with np.errstate(divide="raise", invalid="raise"):
            result = normaliser.normalize(picture)
    except (FloatingPointError, np.linalg.LinAlgError):  # too little tissue for the method
        return picture
    return result[0] if isinstance(result, tuple) else result


def nearly_blank(picture: np.ndarray) -> bool:
    """Tell whether under 2 % of a uint8 RGB picture is tissue."""
    density = -np.log((picture.astype(float) + 1) / 240)
    return bool((density >= _TISSUE_DENSITY).all(axis=-1).mean() < _LEAST_TISSUE)


def _normaliser(method: str) -> HENormalizer:
    return NumpyMacenkoNormalizer() if method == "macenko" else NumpyReinhardNormalizer()
