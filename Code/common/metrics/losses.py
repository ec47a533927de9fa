"""The losses that a network can be trained with, in one table."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Loss:
    """A loss over densities.

    Attributes:
        keras: Its name in Keras.
        of: Computes it from true and predicted densities, float64 of shape (fields,), 0 to 1.
    """

    keras: str
    of: Callable[[np.ndarray, np.ndarray], float]


def _mean_squared_error(true: np.ndarray, predicted: np.ndarray) -> float:
    return float(((predicted - true) ** 2).mean())


def _cross_entropy(true: np.ndarray, predicted: np.ndarray) -> float:
    """Binary cross-entropy with densities as targets, answers kept off 0 and 1 as Keras does."""
    answer = np.clip(predicted, 1e-7, 1 - 1e-7)
    return float(-(true * np.log(answer) + (1 - true) * np.log(1 - answer)).mean())


def _mean_absolute_error(true: np.ndarray, predicted: np.ndarray) -> float:
    return float(np.abs(predicted - true).mean())


LOSSES = {
    "mse": Loss("mse", _mean_squared_error),
    "bce": Loss("binary_crossentropy", _cross_entropy),
    "mae": Loss("mae", _mean_absolute_error),
}
