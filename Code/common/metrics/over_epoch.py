"""Keras metrics over the whole vector of an epoch's densities, from sums over its batches."""

import keras
import tensorflow as tf
from keras import ops


class Cosine(keras.metrics.Metric):
    """Cosine similarity between the epoch's vectors of true and predicted densities.

    keras.metrics.CosineSimilarity takes the cosine of each field by itself, which over one
    number is always 1; this one accumulates the three sums of the whole epoch.

    Args:
        name: The metric's name.
    """

    def __init__(self, name: str) -> None:
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


class Spread(keras.metrics.Metric):
    """Standard deviation of the epoch's predicted densities.

    Args:
        name: The metric's name.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self._count = self.add_weight(name="count", initializer="zeros")
        self._sum = self.add_weight(name="sum", initializer="zeros")
        self._squares = self.add_weight(name="squares", initializer="zeros")

    def update_state(
        self, y_true: tf.Tensor, y_pred: tf.Tensor, sample_weight: tf.Tensor | None = None
    ) -> None:
        """Add a batch.

        Args:
            y_true: Not used.
            y_pred: Predicted densities, (batch, 1).
            sample_weight: Not used.
        """
        self._count.assign_add(ops.cast(ops.size(y_pred), "float32"))
        self._sum.assign_add(ops.sum(y_pred))
        self._squares.assign_add(ops.sum(y_pred * y_pred))

    def result(self) -> tf.Tensor:
        """Return the standard deviation, 0 to 0.5; to about 0.001, as float32 sums allow."""
        mean = ops.divide_no_nan(self._sum, self._count)
        squares = ops.divide_no_nan(self._squares, self._count)
        return ops.sqrt(ops.maximum(squares - mean * mean, 0.0))
