"""A linear model on frozen ImageNet features: what transfer without training gives.

The features are the pooled output of ResNet50 with ImageNet's weights, which Keras keeps once it
has downloaded them; nothing is downloaded here.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from common.baselines.kept import load_or_keep
from common.files.content import content_digests
from common.images.cache import load_pictures
from common.images.picture_file import PictureFile
from common.models.imagenet import IMAGENET_WEIGHTS
from common.utils.tensorflow_env import prepare_tensorflow

_VERSION = b"ResNet50 features 1"
_SIZE, _FEATURES = 224, 2048  # px, as in ImageNet; channels of conv5
_PENALTIES = np.logspace(0, 6, 13)  # of which leave-one-out on the training side takes one


def missing_weights() -> str | None:
    """Say that the weights are not at hand; None if they are."""
    path = IMAGENET_WEIGHTS[50].path
    return None if path.is_file() else f"no ImageNet weights in {path.parent}"


def answer_by_frozen_features(
    files: Sequence[PictureFile], densities: np.ndarray, seen: np.ndarray, validation: np.ndarray
) -> np.ndarray:
    """Fit ridge regression on the features of `seen`, and answer.

    Args:
        files: Of all fields.
        densities: Of all fields, float64, (fields,), 0 to 1.
        seen: Positions of the fields that a network sees, int64.
        validation: Positions of the fields that are answered, int64.

    Returns:
        float64, (validation fields,), 0 to 1.

    Raises:
        InputError: The weights are damaged, or the cache cannot be written.
    """
    from sklearn.linear_model import RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    features = _load_features(files)
    model = make_pipeline(StandardScaler(), RidgeCV(_PENALTIES))
    model.fit(features[seen], densities[seen])
    return np.clip(model.predict(features[validation]), 0, 1).astype(float)


def _load_features(files: Sequence[PictureFile]) -> np.ndarray:
    """Compute the features, or find them: float32, (pictures, _FEATURES)."""
    how = _VERSION + content_digests([IMAGENET_WEIGHTS[50].path])[0].encode()

    def rows() -> Iterator[np.ndarray]:
        pictures = load_pictures(files, _SIZE)
        prepare_tensorflow()
        from common.baselines.resnet50 import features_of  # TensorFlow

        return features_of(pictures, IMAGENET_WEIGHTS[50].path)

    return load_or_keep(files, _FEATURES, np.float32, how, rows)
