"""Stain normalisation: every picture to the stain colours of one target picture.

torchstain's NumPy backend does the work: Macenko et al. 2009 (doi 10.1109/ISBI.2009.5193250),
Reinhard et al. 2001 (doi 10.1109/38.946629). It can also hurt (arXiv 2301.03418): measure.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from torchstain.base.normalizers import HENormalizer
from torchstain.numpy.normalizers import NumpyMacenkoNormalizer, NumpyReinhardNormalizer

from common.files.disk import cache_folder
from common.files.json_text import parse_object
from common.images.cache import keep_array, kept_array, picture_digests
from common.images.tissue import nearly_blank
from common.utils.errors import InputError
from common.utils.terminal import bar

_LEAST_SPREAD = 3  # of 255; in a picture of one colour no stains can be told apart


@dataclass(frozen=True)
class _Method:
    """A method of normalisation: torchstain's class, and the attributes that its fit leaves."""

    normaliser: Callable[[], HENormalizer]
    attributes: tuple[str, ...]


_METHODS = {
    "macenko": _Method(NumpyMacenkoNormalizer, ("HERef", "maxCRef")),
    "reinhard": _Method(NumpyReinhardNormalizer, ("target_means", "target_stds")),
}
STAINS = ("none", *_METHODS)


@dataclass(frozen=True)
class StainTarget:
    """A method and the numbers of its target, as a run's log and models keep them.

    Attributes:
        method: One of STAINS but "none".
        values: JSON of the fitted attributes.
        source: The field of view that they are of.
    """

    method: str
    values: str
    source: str

    def normaliser(self) -> Callable[[np.ndarray], np.ndarray]:
        """Return what brings a uint8 RGB picture to the target; it leaves nearly blank ones."""
        normaliser = self._fitted()
        return lambda picture: _one(np.asarray(picture), normaliser)

    def check(self, place: Path | str) -> None:
        """Raise InputError unless the values are those of the method's target.

        Args:
            place: Where they come from, for the message.
        """
        try:
            self._fitted()
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            expected, found = f"the values of {self.method}'s target", "none that can be used"
            remedy = "Give --stain-values with the sheet `run`'s."
            raise InputError(expected, found, place, remedy) from error

    def _fitted(self) -> HENormalizer:
        method, attributes = _METHODS[self.method], parse_object(self.values)
        if set(attributes) != set(method.attributes):
            raise ValueError(f"expected {method.attributes}, found {list(attributes)}")
        normaliser = method.normaliser()
        for name, value in attributes.items():
            setattr(normaliser, name, np.array(value, float))
        return normaliser


def find_target(
    method: str, pictures: np.ndarray, train: np.ndarray, names: list[str]
) -> StainTarget:
    """Fit to the training picture whose mean colour is nearest to the median over training.

    Args:
        method: One of STAINS but "none".
        pictures: uint8 RGB, (fields, size, size, 3).
        train: Positions of the training fields, int64.
        names: Names of the fields.

    Raises:
        InputError: All training pictures are nearly blank.
    """
    means = {at: pictures[at].mean((0, 1)) for at in train if not nearly_blank(pictures[at])}
    if not means:
        raise InputError("a training picture with tissue", "none", do="Give --stain none.")
    middle = np.median(list(means.values()), axis=0)
    chosen = min(means, key=lambda at: float(np.abs(means[at] - middle).sum()))
    normaliser = _METHODS[method].normaliser()
    normaliser.fit(np.asarray(pictures[chosen]))
    attributes = _METHODS[method].attributes
    values = {name: np.asarray(getattr(normaliser, name)).tolist() for name in attributes}
    return StainTarget(method, json.dumps(values), names[chosen])


def normalised(pictures: np.ndarray, target: StainTarget) -> tuple[np.ndarray, int]:
    """Bring pictures to the target's stains.

    Nearly blank ones stay as before, and those of one colour, whose stains cannot be told.

    Args:
        pictures: uint8 RGB, (fields, size, size, 3).
        target: Whose stains they get.

    Returns:
        The pictures, memory-mapped, and how many stayed as before.
    """
    key = hashlib.blake2b(f"2 {target.method} {target.values}".encode(), digest_size=12)
    key.update(b"".join(picture_digests(pictures)))
    size = pictures.shape[1]
    cache = cache_folder() / f"pictures-{size}px-{target.method}-{key.hexdigest()}.npy"
    stained = kept_array(cache, pictures.shape)
    if stained is None:
        stained = keep_array(cache, _all(pictures, target), pictures.shape)
    pairs = zip(pictures, stained, strict=True)
    return stained, sum(bool((one == other).all()) for one, other in pairs)


def _all(pictures: np.ndarray, target: StainTarget) -> Iterator[np.ndarray]:
    return map(target.normaliser(), bar(pictures, "normalising stains", unit=" fields"))


def _one(picture: np.ndarray, normaliser: HENormalizer) -> np.ndarray:
    if nearly_blank(picture) or np.ptp(picture, axis=(0, 1)).max() < _LEAST_SPREAD:
        return picture
    try:
        with np.errstate(divide="raise", invalid="raise"):
            result = normaliser.normalize(picture)
    except (FloatingPointError, np.linalg.LinAlgError):  # too little tissue for the method
        return picture
    return result[0] if isinstance(result, tuple) else result
