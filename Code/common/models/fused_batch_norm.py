"""The twin of a network that trains: one operation for each batch normalisation, chosen precision.

Keras computes a batch normalisation in about ten operations, each of which reads or writes all
of the activations; TensorFlow's fused operation does it in one. The twin is only for training.
What is saved, and what a user loads, is the plain network of stock layers.
"""

import keras
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
