"""How a network learns: optimizer, schedule, momentum of the batch statistics."""

import keras

from common.config.training_options import COSINE
from common.models.weights import NONE, PAINTED


def optimizer_of(
    name: str, rate: float, schedule: str, steps: int, accumulate: int = 1
) -> keras.Optimizer:
    """Make an optimizer.

    Args:
        name: Keras' name of it.
        rate: The learning rate, the highest one if it changes.
        schedule: One of SCHEDULES.
        steps: How many batches in all.
        accumulate: Of how many batches the gradients are averaged for an update.
    """
    more = {"gradient_accumulation_steps": accumulate} if accumulate > 1 else {}
    optimizer = keras.optimizers.get({"class_name": name, "config": more})
    if schedule == COSINE:
        cosine = _cosine(rate, steps // accumulate)
        # A schedule is handed the number of batches; `iterations` is that of updates.
        optimizer.learning_rate = lambda: cosine(optimizer.iterations)
    else:
        optimizer.learning_rate = rate
    return optimizer


def _cosine(rate: float, updates: int) -> keras.optimizers.schedules.LearningRateSchedule:
    """Up to `rate` in the first tenth of the updates, then down to 0 (Loshchilov, Hutter 2017)."""
    warm_up = max(1, updates // 10)
    return keras.optimizers.schedules.CosineDecay(
        rate / 100, max(1, updates - warm_up), warmup_target=rate, warmup_steps=warm_up
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
