"""Validation after an epoch: the network's answers for the fields that do not train."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from common.config.prepare import PreparedData
from common.learning.input_pipeline import held_out_batches_of
from common.learning.trained_network import TrainedNetwork
from common.metrics.epoch_metrics import compute_metrics
from common.runs.epochs import choice_metrics


@dataclass(frozen=True)
class Validation:
    """What an epoch's network answers for the fields that do not train.

    Attributes:
        answers: As Split.held_out has the fields, float32, (fields,), 0 to 1.
        metrics: On those that validate, by name.
        choice: Loss and MAE on those that choose the epoch; none where there are none.
    """

    answers: np.ndarray
    metrics: dict[str, float]
    choice: dict[str, float]


def validator(network: TrainedNetwork, data: PreparedData, loss: str) -> Callable[[], Validation]:
    """Return what validates a network whenever it is called.

    Args:
        network: While it trains.
        data: Its fields.
        loss: One of LOSSES.
    """
    split, true = data.plan.split, data.plan.densities[data.plan.split.held_out]
    count = len(split.validation)

    def validate() -> Validation:
        answers = network.answers(held_out_batches_of(data))
        metrics = compute_metrics(true[:count], answers[:count], loss)
        inside = compute_metrics(true[count:], answers[count:], loss) if len(split.choice) else {}
        return Validation(answers, metrics, inside and choice_metrics(inside))

    return validate
