"""Pictures that look alike: JPEG copies, copies shifted by a few px, turned or mirrored ones."""

from collections.abc import Sequence

import cv2
import numpy as np

# The signs of the lowest frequencies of a small grey picture (pHash, Zauner 2010). Of 200 real
# fields and their JPEG copies, turned, cut, or shifted by 3 of 250 px, all copies differed in less
# than 0.19 of the signs, any two fields in more than 0.31.
_EDGE, _FREQUENCIES = 32, 12
_BITS = _FREQUENCIES**2
_ALIKE = 0.22  # of the signs that differ, at most
_FLAT = 2.0  # standard deviation of grey levels; the signs of a flatter picture are noise
_BLOCK = 512  # hashes compared at once


def perceptual_hashes(pictures: np.ndarray) -> list[bytes]:
    """Hash what pictures look like: 18 bytes each, none for those that are flat.

    Args:
        pictures: uint8 RGB, (pictures, height, width, 3).
    """
    return [_hash(picture) for picture in pictures]


def _hash(picture: np.ndarray) -> bytes:
    grey = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (_EDGE, _EDGE), interpolation=cv2.INTER_AREA).astype(float)
    if small.std() < _FLAT:
        return b""
    return np.packbits(cv2.dct(small)[:_FREQUENCIES, :_FREQUENCIES] > 0).tobytes()


def find_alike(hashes: Sequence[bytes], known: Sequence[bytes]) -> np.ndarray:
    """Tell of each picture whether it looks like a known one in one of eight turns and flips.

    Args:
        hashes: Of the pictures, as of perceptual_hashes.
        known: Of the known pictures.

    Returns:
        bool, (pictures,).
    """
    alike = np.zeros(len(hashes), bool)
    there = [one for one in known if one]
    at = np.flatnonzero([bool(one) for one in hashes])
    if not there or not len(at):
        return alike
    turned = _without_mean(_turned(_signs(there)).reshape(-1, _BITS)).T
    least = (_BITS - 1) * (1 - 2 * _ALIKE)  # signs that agree less those that differ
    for part in np.array_split(at, max(1, len(at) // _BLOCK)):
        signs = _without_mean(_signs([hashes[i] for i in part]).reshape(-1, _BITS))
        alike[part] = (signs @ turned >= least).any(1)
    return alike


def _signs(hashes: Sequence[bytes]) -> np.ndarray:
    """Return the signs in hashes: float32, (hashes, frequencies, frequencies), -1 or 1."""
    packed = np.frombuffer(b"".join(hashes), np.uint8).reshape(len(hashes), -1)
    bits = np.unpackbits(packed, axis=1, count=_BITS).astype(np.float32)
    return (2 * bits - 1).reshape(-1, _FREQUENCIES, _FREQUENCIES)


def _turned(signs: np.ndarray) -> np.ndarray:
    """Return the signs of all eight turns and flips, (8, hashes, frequencies, frequencies).

    A mirror image has its odd frequencies' signs changed, a transposed picture those transposed.
    """
    odd = (-1.0) ** np.arange(_FREQUENCIES, dtype=np.float32)
    flips = [signs, signs * odd, signs * odd[:, None], signs * odd * odd[:, None]]
    return np.stack([*flips, *(one.transpose(0, 2, 1) for one in flips)])


def _without_mean(signs: np.ndarray) -> np.ndarray:
    """Leave out frequency 0, which tells only how bright a picture is."""
    return signs[:, 1:]
