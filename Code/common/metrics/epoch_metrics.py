"""The metrics of an epoch, in one table: for the fit, the baselines, the log and the graphs.

A new metric is a new row of METRICS.
"""

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from common.metrics.losses import LOSSES

if TYPE_CHECKING:
    import keras

SPREAD = "spread"


class Drawn(enum.Enum):
    """In which learning-rate folders a metric is drawn, as in the seed."""

    EVERYWHERE = enum.auto()
    DROPOUT = enum.auto()
    NOWHERE = enum.auto()


@dataclass(frozen=True)
class Metric:
    """A metric of predicted densities against true ones, over all fields of an epoch.

    Attributes:
        name: Its column in the log; with `val_` before it on the validation fields.
        label: Of a graph's axis.
        of: Computes it from true and predicted densities, float64 of shape (fields,), 0 to 1.
        keras: Makes the Keras metric of a name, which computes it during a fit; loads Keras only
            when called.
        drawn: In which folders there is a graph of it.
    """

    name: str
    label: str
    of: Callable[[np.ndarray, np.ndarray], float]
    keras: "Callable[[str], keras.metrics.Metric]"
    drawn: Drawn = Drawn.DROPOUT


def _stock(kind: str) -> "Callable[[str], keras.metrics.Metric]":
    """Name one of Keras' own metrics by its class."""

    def make(name: str) -> "keras.metrics.Metric":
        import keras

        return getattr(keras.metrics, kind)(name=name)

    return make


def _over_epoch(kind: str) -> "Callable[[str], keras.metrics.Metric]":
    """Name a metric of `over_epoch` by its class."""

    def make(name: str) -> "keras.metrics.Metric":
        from common.metrics import over_epoch

        return getattr(over_epoch, kind)(name)

    return make


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


def _spread(true: np.ndarray, predicted: np.ndarray) -> float:
    return float(predicted.std())


METRICS = (
    Metric(
        "mae",
        "Mean absolute error of the density",
        _mae,
        _stock("MeanAbsoluteError"),
        Drawn.EVERYWHERE,
    ),
    Metric("mse", "Mean squared error of the density", _mse, _stock("MeanSquaredError")),
    Metric("rmse", "Root mean squared error of the density", _rmse, _stock("RootMeanSquaredError")),
    Metric(
        "msle",
        "Mean squared logarithmic error of the density",
        _msle,
        _stock("MeanSquaredLogarithmicError"),
    ),
    Metric(
        "cosine", "Cosine similarity over the epoch's densities", _cosine, _over_epoch("Cosine")
    ),
    Metric(
        SPREAD,
        "Standard deviation of the predicted densities",
        _spread,
        _over_epoch("Spread"),
        Drawn.NOWHERE,
    ),
)
# The loss is no metric of its own, but stands before them in the log and in the graphs.
LOSS = "loss"
NAMES = (LOSS, *(metric.name for metric in METRICS))
_UNWEIGHTED = "unweighted_loss"
_LEAST_SPREAD = 0.005
LABELS = {LOSS: "Loss"} | {metric.name: metric.label for metric in METRICS}
GRAPHS = (LOSS, *(one.name for one in METRICS if one.drawn is Drawn.EVERYWHERE))
DROPOUT_GRAPHS = (LOSS, *(one.name for one in METRICS if one.drawn is not Drawn.NOWHERE))


def keras_metrics() -> "list[keras.metrics.Metric]":
    """Make new Keras metrics under the names of the table; Keras adds the loss by itself."""
    return [metric.keras(metric.name) for metric in METRICS]


def unweighted_loss(loss: str) -> "keras.metrics.Metric":
    """Make the Keras metric of a loss in which all fields weigh the same.

    Keras' own `loss` is what training minimises, weighted where fields have weights; beside the
    validation loss, which is not weighted, it would show a gap that is not there.
    """
    import keras

    return keras.metrics.MeanMetricWrapper(keras.losses.get(LOSSES[loss].keras), _UNWEIGHTED)


def logged(values: Mapping[str, float]) -> dict[str, float]:
    """Return the values that Keras gives of an epoch with the unweighted loss as `loss`."""
    return {**values, LOSS: values[_UNWEIGHTED]}


def answers_alike(spread: float) -> bool:
    """Tell whether predicted densities of a spread are the same for all fields, as good as.

    Below 0.005, an eightieth of the standard deviation of NuCLS' own densities (0.39).
    """
    return spread < _LEAST_SPREAD


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
