"""The metrics of an epoch, in one table: for the fit, the baselines, the log and the graphs.

A new metric is a new row of METRICS.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from common.metrics.losses import LOSSES

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Metric:
    """A metric of predicted densities against true ones, over all fields of an epoch.

    Attributes:
        name: Its column in the log; with `val_` before it on the validation fields.
        label: Of a graph's axis.
        of: Computes it from true and predicted densities, float64 of shape (fields,), 0 to 1.
        keras: Makes the Keras metric of a name, which computes it during a fit; loads Keras only
            when called.
        everywhere: Whether all folders draw it, or only those with dropout (the seed's six).
    """

    name: str
    label: str
    of: Callable[[np.ndarray, np.ndarray], float]
    keras: "Callable[[str], keras.metrics.Metric]"
    everywhere: bool = False


def _stock(kind: str) -> "Callable[[str], keras.metrics.Metric]":
    """Name one of Keras' own metrics by its class."""

    def make(name: str) -> "keras.metrics.Metric":
        import keras

        return getattr(keras.metrics, kind)(name=name)

    return make


def _epoch_cosine(name: str) -> "keras.metrics.Metric":
    from common.metrics.epoch_cosine import EpochCosine

    return EpochCosine(name)


def _mae(true: np.ndarray, predicted: np.ndarray) -> float:
    return float(np.abs(predicted - true).mean())


def _mse(true: np.ndarray, predicted: np.ndarray) -> float:
    return float(((predicted - true) ** 2).mean())


def _rmse(true: np.ndarray, predicted: np.ndarray) -> float:
    return _mse(true, predicted) ** 0.5


def _msle(true: np.ndarray, predicted: np.ndarray) -> float:
    return float(((np.log1p(predicted) - np.log1p(true)) ** 2).mean())


def _cosine(true: np.ndarray, predicted: np.ndarray) -> float:
    """Cosine between the two vectors; 0 where one of them is all zeros."""
    norm = float(np.sqrt((true**2).sum() * (predicted**2).sum()))
    return float((true * predicted).sum()) / norm if norm else 0.0


METRICS = (
    Metric("mae", "Mean absolute error of the density", _mae, _stock("MeanAbsoluteError"), True),
    Metric("mse", "Mean squared error of the density", _mse, _stock("MeanSquaredError")),
    Metric("rmse", "Root mean squared error of the density", _rmse, _stock("RootMeanSquaredError")),
    Metric(
        "msle",
        "Mean squared logarithmic error of the density",
        _msle,
        _stock("MeanSquaredLogarithmicError"),
    ),
    Metric("cosine", "Cosine similarity over the epoch's densities", _cosine, _epoch_cosine),
)
# The loss is no metric of its own, but stands before them in the log and in the graphs.
LOSS = "loss"
NAMES = (LOSS, *(metric.name for metric in METRICS))
LABELS = {LOSS: "Loss"} | {metric.name: metric.label for metric in METRICS}
GRAPHS = (LOSS, *(metric.name for metric in METRICS if metric.everywhere))
DROPOUT_GRAPHS = NAMES


def keras_metrics() -> "list[keras.metrics.Metric]":
    """Make new Keras metrics under the names of the table; Keras adds the loss by itself."""
    return [metric.keras(metric.name) for metric in METRICS]


def compute_metrics(
    true: Sequence[float], predicted: Sequence[float], loss: str
) -> dict[str, float]:
    """Compute the loss and all metrics of answers, by name.

    Args:
        true: Densities, 0 to 1.
        predicted: As many answers, 0 to 1.
        loss: One of LOSSES.
    """
    truth, answers = np.asarray(true, float), np.asarray(predicted, float)
    values = {LOSS: LOSSES[loss].of(truth, answers)}
    return values | {metric.name: metric.of(truth, answers) for metric in METRICS}
