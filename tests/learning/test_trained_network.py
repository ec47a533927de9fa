"""Weights and optimizer of a run that goes on in another precision, or with others' arrays."""

import keras
import numpy as np
import pytest
from common.learning.trained_network import TrainedNetwork, compile_for_training
from common.metrics.epoch_metrics import logged
from common.models.precision import Device
from common.utils.errors import InputError

pytestmark = pytest.mark.slow

RANDOM = np.random.default_rng(0)
PICTURES = RANDOM.integers(0, 256, (4, 8, 8, 3)).astype(np.float32)
DENSITIES = RANDOM.random((4, 1)).astype(np.float32)


def network(precision: str, optimizer: str = "adam", channels: int = 2) -> TrainedNetwork:
    rgb = keras.Input((8, 8, 3), name="rgb")
    features = keras.layers.Conv2D(channels, 3, name="conv")(rgb)
    features = keras.layers.BatchNormalization(name="bn")(features)
    pooled = keras.layers.GlobalAveragePooling2D(name="pool")(features)
    density = keras.layers.Dense(1, activation="sigmoid", name="density")(pooled)
    made = keras.optimizers.get(optimizer)
    return compile_for_training(keras.Model(rgb, density), made, precision, Device("CPU"), "mse")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("float16", "float32"),
        ("float32", "float16"),
        ("float16", "float16"),
        ("bfloat16", "float16"),
    ],
)
def test_a_run_goes_on_in_another_precision(before: str, after: str) -> None:
    first, second = network(before), network(after)
    for _ in range(3):
        first.twin.train_on_batch(PICTURES, DENSITIES)
    second.restore(first.arrays())
    for kept, taken in zip(first.twin.weights, second.twin.weights, strict=True):
        np.testing.assert_array_equal(kept, taken)
    inner = [getattr(one.twin.optimizer, "inner_optimizer", one.twin.optimizer)
             for one in (first, second)]  # fmt: skip
    for kept, taken in zip(inner[0].variables, inner[1].variables, strict=True):
        np.testing.assert_array_equal(kept, taken)
    assert int(inner[1].iterations) == 3
    second.twin.train_on_batch(PICTURES, DENSITIES)


@pytest.mark.parametrize("other", [{"channels": 3}, {"optimizer": "sgd"}])
def test_arrays_of_another_network_are_told(other: dict) -> None:
    with pytest.raises(InputError, match="found those of another network or version"):
        network("float32").restore(network("float32", **other).arrays())


def test_the_logged_loss_weighs_all_fields_the_same() -> None:
    """As the validation loss does; Keras' own is what training minimises, weighted."""
    made = network("float32", "sgd")
    made.twin.optimizer.learning_rate = 0.0
    answers = made.twin(PICTURES, training=True).numpy()
    weights = np.array([[0.2], [0.4], [0.1], [0.5]], np.float32)
    values = made.twin.train_on_batch(PICTURES, DENSITIES, weights, return_dict=True)
    squares = (answers - DENSITIES) ** 2
    assert logged(values)["loss"] == pytest.approx(squares.mean(), rel=1e-5)
    assert values["loss"] == pytest.approx((weights * squares).mean(), rel=1e-5)
    assert values["mae"] == pytest.approx(np.abs(answers - DENSITIES).mean(), rel=1e-5)
