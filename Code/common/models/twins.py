"""The twins of a network: one that trains, one that predicts, each as fast as it can.

Keras computes a batch normalisation in about ten operations, each of which reads or writes all
of the activations. In the twin that trains, TensorFlow's fused operation does it in one, and the
precision is chosen. With fixed statistics it is one multiplication and one addition a channel, and
both can be done beforehand, to the weights of the convolution before it (Jacob et al. 2018,
arXiv 1712.05877, section 3.2): the twin that predicts has none. What is saved, and what a user
loads, is the plain network of stock layers.
"""

import keras
import numpy as np
import tensorflow as tf
from keras import ops

# Layers that stay float32 in every precision: the pixels' mean is taken off exactly, and the
# density, its loss and its gradient are not rounded.
_ALWAYS_FLOAT32 = ("rgb", "imagenet_preprocessing", "pool", "dropout", "density")


class FusedBatchNormalization(keras.layers.BatchNormalization):
    """BatchNormalization over the channels of (batch, height, width, channels), fused.

    Same weights, same results and same moving statistics as the stock layer. With the policy
    mixed_bfloat16 or mixed_float16 activations are 16 bit, scale and statistics float32.
    """

    def add_weight(self, *arguments: object, **named: object) -> keras.Variable:
        """Create one of the stock layer's weights, but never cast it to 16 bit."""
        # The operation takes float32 scale and statistics beside 16-bit activations; and a moving
        # average in 16 bit would lose its small steps.
        return super().add_weight(*arguments, **named | {"autocast": False})

    def call(
        self,
        inputs: tf.Tensor,
        training: bool | None = None,
        mask: tf.Tensor | None = None,
    ) -> tf.Tensor:
        """Normalise by the batch if training, else by the moving statistics.

        Args:
            inputs: Activations, (batch, height, width, channels).
            training: Whether this is a training step.
            mask: Not used; in the signature as in the stock layer's.
        """
        # As in the stock layer, a frozen one keeps to its moving statistics while training.
        if not (training and self.trainable):
            return self._normalise(inputs, self.moving_mean, self.moving_variance)[0]
        outputs, mean, variance = self._normalise(inputs)
        count = tf.cast(tf.size(inputs) // inputs.shape[-1], tf.float32)
        # TensorFlow reports the variance of a sample, over count - 1; Keras keeps that of the
        # batch itself, over count. With a single value there is nothing to correct.
        variance *= tf.maximum(count - 1, 1) / count
        for moving, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
            moving.assign(moving * self.momentum + new * (1 - self.momentum))
        return outputs

    def _normalise(self, inputs: tf.Tensor, *statistics: keras.Variable) -> list[tf.Tensor]:
        """Call the operation; without statistics it takes those of the batch."""
        mean, variance = statistics or ([], [])  # what the operation wants if it computes them
        outputs = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=ops.convert_to_tensor(self.gamma),
            offset=ops.convert_to_tensor(self.beta),
            mean=ops.convert_to_tensor(mean, "float32"),
            variance=ops.convert_to_tensor(variance, "float32"),
            epsilon=self.epsilon,
            is_training=not statistics,
        )
        return outputs[:3]  # the others are kept for the gradient


def training_twin(plain: keras.Model, precision: str) -> keras.Model:
    """Clone a network for training, with its weights and its frozen layers.

    Args:
        plain: The network, of stock layers.
        precision: "float32", "bfloat16" or "float16", of the backbone's activations.

    Returns:
        The twin. Its weights are float32 in every precision, and in the same order as the plain
        network's.
    """
    policy = "float32" if precision == "float32" else f"mixed_{precision}"

    def twin_of(layer: keras.Layer) -> keras.Layer:
        config = layer.get_config()  # holds `trainable` as well, so that frozen layers stay so
        if layer.name not in _ALWAYS_FLOAT32:
            config["dtype"] = policy
        stock = isinstance(layer, keras.layers.BatchNormalization)
        return (FusedBatchNormalization if stock else type(layer)).from_config(config)

    twin = keras.models.clone_model(plain, clone_function=twin_of)
    twin.set_weights(plain.get_weights())
    return twin


def predicting_twin(
    plain: keras.Model, reduced: tuple[str, ...] = (), precision: str = "float32"
) -> keras.Model:
    """Clone a network for prediction, without batch normalisation. Weights: see `fold`.

    Args:
        plain: The network.
        reduced: What the names of those layers begin with that compute in a reduced precision.
        precision: Theirs, "bfloat16" or "float16"; all others compute in float32.
    """

    def twin_of(layer: keras.Layer) -> keras.Layer:
        policy = f"mixed_{precision}" if layer.name.startswith(reduced) else "float32"
        if isinstance(layer, keras.layers.BatchNormalization):
            # Under the same name, so that `fold` finds each layer's counterpart by it.
            return keras.layers.Identity(name=layer.name, dtype=policy)
        return type(layer).from_config(layer.get_config() | {"dtype": policy})

    # The normalisations' recorded calls carry a mask, which Identity does not take.
    return keras.models.clone_model(
        plain,
        clone_function=twin_of,
        call_function=lambda layer, *arguments, **_: layer(*arguments),
    )


def fold(trained: keras.Model, twin: keras.Model) -> None:
    """Give a predicting twin the weights of a trained network, plain or its training twin.

    Relies on keras.applications' names: the normalisation after `x_conv` is `x_bn`.

    Args:
        trained: Of any precision; its weights are float32.
        twin: That predicting_twin made of the same plain network.
    """
    for layer in twin.layers:
        weights = trained.get_layer(layer.name).get_weights()
        if not layer.weights:  # among them what stands for a normalisation
            continue
        normalisation = layer.name.removesuffix("_conv") + "_bn"
        if normalisation in (other.name for other in twin.layers):
            # keras.applications' ResNet gives every convolution a bias, which takes up the shift.
            weights = _folded(*weights, trained.get_layer(normalisation))
        layer.set_weights(weights)


def _folded(
    kernel: np.ndarray, bias: np.ndarray, normalisation: keras.layers.BatchNormalization
) -> list[np.ndarray]:
    """Return kernel and bias of (convolution, then normalisation)."""
    gamma, beta, mean, variance = normalisation.get_weights()
    scale = gamma / np.sqrt(variance + normalisation.epsilon)
    # A kernel's last axis is the output channel, which is the one that is normalised.
    return [kernel * scale, (bias - mean) * scale + beta]
