"""Grad-CAM: where in a picture the evidence for a high density lies.

Selvaraju et al. 2017, doi 10.1109/ICCV.2017.74: the channels of a stage's last feature map,
weighted by the mean gradient of the answer, summed, negative parts cut off. The answer is the
density before the sigmoid, whose gradient vanishes where the network is sure; it changes no order.

Frozen stages make no difference here: freezing stops weights from changing, not gradients from
flowing. Nor do the twins that train and predict: a model file holds the plain network.
"""

import keras
import numpy as np
import tensorflow as tf

from common.models.architecture import STAGES
from common.utils.errors import InputError


class GradCam:
    """Grad-CAM of a network at the end of one of its stages.

    Args:
        network: A plain one, as a model file holds it.
        stage: One of STAGES.

    Raises:
        InputError: The network has no such stage, or does not end in a sigmoid.
    """

    def __init__(self, network: keras.Model, stage: str) -> None:
        head = network.layers[-1]
        outputs = [layer for layer in network.layers if _ends(layer.name, stage)]
        if not outputs or getattr(head, "activation", None) is not keras.activations.sigmoid:
            found = f"layers {network.layers[0].name} ... {head.name}"
            raise InputError(f"a network with the stage {stage} of {', '.join(STAGES)}", found)
        self._head = head
        features = outputs[-1].output
        self._to_features = keras.Model(network.input, features)
        self._to_pooled = keras.Model(features, head.input)

    def explain(self, picture: np.ndarray) -> tuple[np.ndarray, float]:
        """Compute the map and the density of a picture.

        Args:
            picture: uint8 RGB of the network's size, (size, size, 3).

        Returns:
            The map, float32, (height, width) of the stage, 0 or more; and the density, 0 to 1.
        """
        maps, densities = self._compute(tf.constant(picture[np.newaxis], tf.float32))
        return maps.numpy()[0], float(densities.numpy()[0, 0])

    @tf.function
    def _compute(self, pictures: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        features = self._to_features(pictures, training=False)
        with tf.GradientTape() as tape:
            tape.watch(features)
            pooled = self._to_pooled(features, training=False)
            logits = tf.matmul(pooled, self._head.kernel) + self._head.bias
        weights = tf.reduce_mean(tape.gradient(logits, features), axis=(1, 2), keepdims=True)
        return tf.nn.relu(tf.reduce_sum(weights * features, axis=-1)), tf.sigmoid(logits)


def _ends(name: str, stage: str) -> bool:
    """Tell a block's output, by keras.applications' names: conv5_block3_out."""
    return name.startswith(f"{stage}_block") and name.endswith("_out")


def shuffle_weights(network: keras.Model, seed: int) -> None:
    """Shuffle each weight tensor in itself, in place.

    The sanity check of Adebayo et al. 2018 (arXiv 1810.03292): an explanation that does not change
    with the weights does not explain the network.
    """
    generator = np.random.default_rng(seed)
    network.set_weights(
        [generator.permuted(w.ravel()).reshape(w.shape) for w in network.get_weights()]
    )
