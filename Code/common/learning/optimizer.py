"""How a network learns: optimizer, schedule, momentum of the batch statistics."""

import keras

from common.config.training_options import COSINE
from common.models.weights import NONE, PAINTED


def optimizer_of(name: str, rate: float, schedule: str, steps: int) -> keras.Optimizer:
    """Make an optimizer.

    Args:
        name: Keras' name of it.
        rate: The learning rate, the highest one if it changes.
        schedule: One of SCHEDULES.
        steps: How many in all.
    """
    optimizer = keras.optimizers.get(name)
    optimizer.learning_rate = _cosine(rate, steps) if schedule == COSINE else rate
    return optimizer


def _cosine(rate: float, steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    """Up to `rate` in the first tenth of the steps, then down to 0 (Loshchilov, Hutter 2017)."""
    warm_up = max(1, steps // 10)
    return keras.optimizers.schedules.CosineDecay(
        rate / 100, max(1, steps - warm_up), warmup_target=rate, warmup_steps=warm_up
    )


def momentum_of(steps: int, weights: str) -> float:
    """Choose the momentum of the batch statistics that validation uses.

    Keras' 0.99 remembers hundreds of steps. A network trained from scratch on a few steps an
    epoch would be validated with statistics of weights that are long gone; with the momentum
    given here one epoch replaces 99 % of them, and those of painted tissue, which is not what
    validates. But with less than 0.9 the statistics would be those of a handful of batches, and
    validation as noisy as they. Statistics that come with other weights keep 0.99.
    """
    anew = weights == NONE or PAINTED in weights
    return min(0.99, max(0.9, 0.01 ** (1 / steps))) if anew else 0.99
