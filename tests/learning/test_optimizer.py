"""Updates from the gradients of several batches, with the schedule in step with the updates."""

import keras
import numpy as np
import pytest
from common.config.training_options import OPTIMIZERS
from common.learning.batch_size import BatchTrial, largest_batch
from common.learning.optimizer import optimizer_of
from common.learning.trained_network import TrainedNetwork, compile_for_training
from common.models.precision import Device

pytestmark = pytest.mark.slow

UPDATES, RATE = 6, 0.01
RANDOM = np.random.default_rng(0)
PICTURES = RANDOM.integers(0, 256, (UPDATES, 8, 8, 8, 3)).astype(np.float32)
DENSITIES = RANDOM.random((UPDATES, 8, 1)).astype(np.float32)


def network(optimizer: str, accumulate: int, precision: str = "float32") -> TrainedNetwork:
    """Make a network without batch normalisation, which sees single batches."""
    keras.utils.set_random_seed(0)
    rgb = keras.Input((8, 8, 3), name="rgb")
    features = keras.layers.Conv2D(2, 3, name="conv")(keras.layers.Rescaling(1 / 255)(rgb))
    pooled = keras.layers.GlobalAveragePooling2D(name="pool")(features)
    density = keras.layers.Dense(1, activation="sigmoid", name="density")(pooled)
    made = optimizer_of(optimizer, RATE, "cosine", UPDATES * accumulate, accumulate)
    return compile_for_training(keras.Model(rgb, density), made, precision, Device("CPU"), "mse")


def trained(optimizer: str, accumulate: int, precision: str = "float32") -> list[np.ndarray]:
    """Train all updates; return the weights and the learning rate after each."""
    made, found = network(optimizer, accumulate, precision), []
    for fields in zip(PICTURES, DENSITIES, strict=True):
        for batch in zip(*(np.split(array, accumulate) for array in fields), strict=True):
            made.learner.train_on_batch(*batch)
        rate = keras.ops.convert_to_numpy(made.learner.optimizer.learning_rate)
        found.append(np.concatenate([*map(np.ravel, made.twin.get_weights()), [rate]]))
    return found


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_two_batches_of_4_update_as_one_of_8(optimizer: str) -> None:
    whole, halves = trained(optimizer, 1), trained(optimizer, 2)
    np.testing.assert_allclose(halves, whole, rtol=1e-3, atol=1e-6)
    rates = [row[-1] for row in whole]
    assert rates[0] == pytest.approx(RATE)  # after a tenth of the updates
    assert (rates[-1], len({*rates})) == (pytest.approx(0, abs=1e-9), UPDATES)


def test_scaled_losses_are_accumulated_as_well() -> None:
    one, other = trained("adamw", 4, "float16"), trained("adamw", 4)
    np.testing.assert_allclose(one, other, atol=2e-3)


def test_an_unfinished_accumulation_goes_on_where_it_was() -> None:
    first, second = network("sgd", 2), network("sgd", 2)
    first.learner.train_on_batch(PICTURES[0], DENSITIES[0])
    second.restore(first.arrays())
    for made in (first, second):
        made.learner.train_on_batch(PICTURES[1], DENSITIES[1])
    for kept, taken in zip(first.arrays(), second.arrays(), strict=True):
        np.testing.assert_array_equal(kept, taken)
    assert int(second.learner.optimizer.iterations) == 1


def test_batches_are_tried_on_a_network_that_trains() -> None:
    """Whatever the batch; the one that is said to fit has trained."""
    made = network("adam", 2)
    assert largest_batch(made, free=None, most=4) == 4
    assert int(made.learner.optimizer.iterations) == 0
    assert BatchTrial(made).train(3) > 0
    assert int(made.learner.optimizer.iterations) == 1
