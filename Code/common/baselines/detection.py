"""Counting nuclei by classical detection: no label is used, and nothing is trained.

The haematoxylin (Ruifrok, Johnston 2001) is cut by Otsu's threshold, and what touches is parted by
a watershed from the centres of the distance transform. Nuclei of tumour cells are larger than
lymphocytes' and rounder than fibroblasts': round ones above Otsu's threshold of all nuclei's areas
count as tumour nuclei.
"""

from collections.abc import Sequence
from functools import partial

import cv2
import numpy as np
from scipy import ndimage
from skimage.color import rgb2hed
from skimage.feature import peak_local_max
from skimage.filters import threshold_otsu
from skimage.measure import regionprops_table
from skimage.segmentation import watershed

from common.baselines.kept import load_rows
from common.images.picture_file import PictureFile
from common.images.reading import read_picture
from common.images.tissue import nearly_blank

_VERSION = b"detected nuclei 1"
# px, the standard deviation of the Laplacian of Gaussian that answers most to nuclei; a disc of
# radius r answers most at r / sqrt(2) (Lindeberg 1998, doi 10.1023/A:1008045108935).
_SCALES = 2.0 ** np.arange(0.5, 4.5, 0.5)
# Both were settled on 210 real fields, colon at 0.5 and breast at 0.2 microns a pixel.
_LEAST = 2.0  # times the scale squared, the area of a nucleus; a disc has 2 pi
_ROUND = 0.85  # eccentricity below which a nucleus is round
_AREAS = np.geomspace(1, 2**16, 129)  # px, the bins in which nuclei are counted; 8 an octave
_BINS = len(_AREAS) - 1


def answer_by_detection(
    files: Sequence[PictureFile], seen: np.ndarray, validation: np.ndarray
) -> np.ndarray:
    """Detect and count nuclei; the pictures of `seen` tell how large nuclei are.

    Args:
        files: Of all fields.
        seen: Positions of the fields that a network sees, int64.
        validation: Positions of the fields that are answered, int64.

    Returns:
        The share of nuclei that count as tumour nuclei, 0 where none is found: float64,
        (validation fields,).

    Raises:
        InputError: The cache cannot be written.
    """
    how = _VERSION + b", blobs"
    blobs = load_rows(_blobs_of_file, files, len(_SCALES), how, "size of nuclei")
    scale = float(_SCALES[blobs[seen].mean(axis=0).argmax()])
    counting, how = partial(_count_in_file, scale=scale), _VERSION + f", at {scale}".encode()
    counted = load_rows(counting, files, 2 * _BINS, how, "detecting nuclei")
    nuclei = counted.reshape(-1, 2, _BINS)
    return tumour_shares(nuclei[validation], _least_tumour_bin(nuclei[seen].sum(axis=(0, 1))))


def tumour_shares(nuclei: np.ndarray, least: int) -> np.ndarray:
    """Return the share of round nuclei from a bin of _AREAS on: float64, (fields,).

    Args:
        nuclei: How many, (fields, 2, _BINS): elongated, then round, by area.
        least: The bin.
    """
    tumour, total = nuclei[:, 1, least:].sum(axis=1), nuclei.sum(axis=(1, 2))
    return np.divide(tumour, total, out=np.zeros(len(nuclei)), where=total > 0)


def _least_tumour_bin(counts: np.ndarray) -> int:
    """Return the first bin above Otsu's threshold; past the end if all areas are one."""
    if np.count_nonzero(counts) < 2:
        return _BINS
    return int(threshold_otsu(hist=(counts, np.arange(_BINS)))) + 1


def _haematoxylin(file: PictureFile) -> np.ndarray | None:
    """Return the haematoxylin of a picture, float32; None if it is nearly blank."""
    picture = read_picture(file)
    return None if nearly_blank(picture) else rgb2hed(picture)[..., 0].astype(np.float32)


def _blobs_of_file(file: PictureFile) -> np.ndarray:
    """Return how much a picture answers to dark blobs of each of _SCALES: float64."""
    stain = _haematoxylin(file)
    return (
        np.zeros(len(_SCALES)) if stain is None else np.array([_blobs(stain, s) for s in _SCALES])
    )


def _blobs(stain: np.ndarray, scale: float) -> float:
    laplacian = cv2.Laplacian(cv2.GaussianBlur(stain, (0, 0), scale), cv2.CV_32F)
    return float(np.clip(-(scale**2) * laplacian, 0, None).mean())


def _count_in_file(file: PictureFile, scale: float) -> np.ndarray:
    """Count the nuclei of a picture by area, elongated ones before round ones: (2 * _BINS,)."""
    stain = _haematoxylin(file)
    if stain is None:
        return np.zeros(2 * _BINS)
    found = regionprops_table(find_nuclei(stain, scale), properties=("area", "eccentricity"))
    is_round, large = found["eccentricity"] < _ROUND, found["area"] >= _LEAST * scale**2
    parts = [found["area"][large & kind] for kind in (~is_round, is_round)]
    return np.concatenate([np.histogram(part, _AREAS)[0] for part in parts]).astype(float)


def find_nuclei(stain: np.ndarray, scale: float) -> np.ndarray:
    """Find nuclei, and specks.

    Args:
        stain: Haematoxylin, float32, (height, width).
        scale: Of the nuclei, px, as in _SCALES.

    Returns:
        The number of the nucleus of each pixel, from 1, and 0 for none: int32, (height, width).
    """
    smooth = cv2.GaussianBlur(stain, (0, 0), scale / 3)
    inside = ndimage.binary_fill_holes(smooth > threshold_otsu(smooth))
    depth = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    depth = cv2.GaussianBlur(depth, (0, 0), scale / 2)
    near = max(1, round(scale))
    centres = peak_local_max(
        depth, min_distance=near, labels=inside.astype(int), exclude_border=False
    )
    markers = np.zeros(inside.shape, np.int32)
    markers[tuple(centres.T)] = np.arange(1, len(centres) + 1)
    return watershed(-depth, markers, mask=inside)
