"""The cosine between an epoch's true and predicted densities, as a Keras metric."""

import keras
import tensorflow as tf
from keras import ops


class EpochCosine(keras.metrics.Metric):
    """Cosine similarity between the epoch's vectors of true and predicted densities.

    keras.metrics.CosineSimilarity takes the cosine of each field by itself, which over one
    number is always 1; this one accumulates the three sums of the whole epoch.

    Args:
        name: The metric's name.
    """

    def __init__(self, name: str = "cosine") -> None:
        super().__init__(name=name)
        self._products = self.add_weight(name="products", initializer="zeros")
        self._true_squares = self.add_weight(name="true_squares", initializer="zeros")
        self._predicted_squares = self.add_weight(name="predicted_squares", initializer="zeros")

    def update_state(
        self, y_true: tf.Tensor, y_pred: tf.Tensor, sample_weight: tf.Tensor | None = None
    ) -> None:
        """Add a batch.

        Args:
            y_true: True densities, (batch, 1).
            y_pred: Predicted densities, (batch, 1).
            sample_weight: Not used.
        """
        self._products.assign_add(ops.sum(y_true * y_pred))
        self._true_squares.assign_add(ops.sum(y_true * y_true))
        self._predicted_squares.assign_add(ops.sum(y_pred * y_pred))

    def result(self) -> tf.Tensor:
        """Return the cosine, -1 to 1; 0 where one of the vectors is all zeros."""
        norm = ops.sqrt(self._true_squares * self._predicted_squares)
        return ops.divide_no_nan(self._products, norm)
