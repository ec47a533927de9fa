"""A classical model of density: stain and texture features, gradient-boosted trees.

What a network has to beat to be worth its hours. The features are the usual ones of
computational pathology: amounts of stain, local binary patterns and co-occurrence matrices of the
haematoxylin, and how much of it there is at each size of detail.
"""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
from skimage.color import rgb2hed
from skimage.feature import graycomatrix, graycoprops, local_binary_pattern

from common.baselines.kept import load_rows
from common.images.picture_file import PictureFile
from common.images.reading import read_picture

# 1 read transparent pictures in another way, 2 had no checksum, 3 was slower and rounded otherwise.
_VERSION = b"classical features 4"
FEATURES = 132  # of a picture
_PERCENTILES = (5, 25, 50, 75, 95)
_PATTERNS = ((8, 1), (16, 2), (24, 4))  # points, radius in px (Ojala et al. 2002)
_DISTANCES = (1, 2, 4, 8)  # px
_ANGLES = (0, np.pi / 4, np.pi / 2, 3 * np.pi / 4)
_PROPERTIES = ("contrast", "homogeneity", "energy", "correlation")  # Haralick et al. 1973
_SCALES = (0.5, 1, 2, 4, 8, 16)  # px; differences of Gaussians between neighbours
_LEVELS = 32
_FULL_HAEMATOXYLIN = 0.3  # in scikit-image's unit; more is cut off for patterns and matrices


def features_of(picture: np.ndarray) -> np.ndarray:
    """Compute the features of a picture: uint8 RGB -> float64 of shape (FEATURES,), all finite."""
    stains = rgb2hed(picture)
    planes = [*np.moveaxis(stains, -1, 0), *np.moveaxis(picture / 255, -1, 0)]
    haematoxylin = stains[..., 0]
    eight_bit = (np.clip(haematoxylin / _FULL_HAEMATOXYLIN, 0, 1) * 255).astype(np.uint8)
    parts = [_amounts(plane) for plane in planes]
    parts += [_patterns(eight_bit, *pattern) for pattern in _PATTERNS]
    return np.concatenate([*parts, _cooccurrence(eight_bit), _details(haematoxylin)])


def _amounts(plane: np.ndarray) -> np.ndarray:
    return np.array([plane.mean(), plane.std(), *np.percentile(plane, _PERCENTILES)])


def _patterns(plane: np.ndarray, points: int, radius: int) -> np.ndarray:
    codes = local_binary_pattern(plane, points, radius, "uniform").astype(int)
    return np.bincount(codes.ravel(), minlength=points + 2) / codes.size


def _cooccurrence(plane: np.ndarray) -> np.ndarray:
    levels = plane // (256 // _LEVELS)
    matrix = graycomatrix(levels, _DISTANCES, _ANGLES, _LEVELS, symmetric=True, normed=True)
    return np.concatenate([graycoprops(matrix, what).mean(axis=1) for what in _PROPERTIES])


def _details(plane: np.ndarray) -> np.ndarray:
    blurred = [cv2.GaussianBlur(plane, None, scale) for scale in _SCALES]
    bands = [fine - coarse for fine, coarse in pairwise(blurred)]
    return np.concatenate([_band(band) for band in bands])


def _band(band: np.ndarray) -> np.ndarray:
    """Spread, skewness (0 for a flat band) and tails of one size of detail."""
    spread = band.std()
    away = band - band.mean()
    third = (away * away * away).mean()  # forty times as fast as ** 3
    skewness = third / spread**3 if spread > 1e-9 else 0.0
    return np.array([spread, skewness, *np.percentile(band, (5, 95))])


def load_features(files: Sequence[PictureFile]) -> np.ndarray:
    """Compute the features of pictures at their full size, or find them; as load_rows.

    Returns:
        float64, (pictures, FEATURES), memory-mapped.
    """
    return load_rows(_features_of_file, files, FEATURES, _VERSION, "classical features")


def _features_of_file(file: PictureFile) -> np.ndarray:
    return features_of(read_picture(file))


def predict(
    features: np.ndarray, densities: np.ndarray, train: np.ndarray, validation: np.ndarray
) -> np.ndarray:
    """Fit on the training positions, answer for those of validation.

    scikit-learn's histogram gradient boosting with its defaults, which nobody has tuned on the
    validation side.

    Args:
        features: Of each field, float64, (fields, FEATURES).
        densities: Of each field, float64, (fields,), 0 to 1.
        train: Positions of the training fields, int64.
        validation: Positions of the validation fields, int64.

    Returns:
        float64, (validation fields,), 0 to 1.
    """
    # A second and a half, which the workers that compute features do not need to spend.
    from sklearn.ensemble import HistGradientBoostingRegressor

    model = HistGradientBoostingRegressor(random_state=0)
    model.fit(features[train], densities[train])
    return np.clip(model.predict(features[validation]), 0, 1)
