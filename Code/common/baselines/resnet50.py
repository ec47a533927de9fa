"""What ResNet50 makes of pictures before its head, with weights from a file."""

from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np

from common.models.architecture import NETWORKS
from common.models.device import pin_keras_settings, share_gpus
from common.models.resnet import build_network
from common.models.twins import fold, predicting_twin

_BATCH = 16


def features_of(pictures: np.ndarray, weights: Path) -> Iterator[np.ndarray]:
    """Compute the means of the last maps.

    Args:
        pictures: uint8 RGB, (pictures, size, size, 3).
        weights: Of ResNet50 without its top, as keras.applications publishes them.

    Yields:
        float32, (2048,), of each picture.

    Raises:
        InputError: The weights are damaged, or of another network.
    """
    pin_keras_settings()
    share_gpus()
    plain = build_network(NETWORKS[0], image_size=pictures.shape[1], weights=str(weights))
    twin = predicting_twin(plain)  # same answers, faster
    fold(plain, twin)
    pooled = keras.Model(twin.input, twin.get_layer("pool").output)
    batch = np.zeros((_BATCH, *pictures.shape[1:]), np.float32)  # one shape: traced once
    for at in range(0, len(pictures), _BATCH):
        part = pictures[at : at + _BATCH]
        batch[: len(part)] = part
        yield from pooled.predict_on_batch(batch)[: len(part)]
    keras.utils.clear_session()  # the run's network is built as if this one had not been
