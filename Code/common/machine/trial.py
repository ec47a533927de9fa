"""A tiny network, made and trained as the real ones are: what it answers must not depend on where.

One of its stages can be frozen, as of the networks ..._Conv_5: with deterministic operations
TensorFlow has no gradient on GPUs through a fused batch normalisation that keeps its statistics
(UnimplementedError in fused_batch_norm_op.cc), unless XLA compiles it.
"""

import keras
import numpy as np
import tensorflow as tf

from common.learning.optimizer import optimizer_of
from common.learning.trained_network import TrainedNetwork, compile_for_training
from common.machine.agreement import Trial
from common.models.device import strategy_of
from common.models.precision import Device

_SIZE, _PICTURES, _STEPS, _SEED = 32, 8, 16, 0
# Plain gradient descent: Adam's first steps go by a gradient's sign, and so rounding would decide.
_OPTIMIZER, _RATE = "sgd", 0.5
_STAGES = ("conv3", "conv4", "conv5")
_FROZEN = "conv5"


def train_trial(precision: str, frozen: bool, device: Device, devices: str) -> Trial:
    """Train the network twice from the same weights.

    Args:
        precision: "float32", "bfloat16" or "float16".
        frozen: Whether a stage stays as it is.
        device: That trains.
        devices: "one" or "all".
    """
    keras.utils.set_random_seed(_SEED)
    strategy = strategy_of(devices)
    with strategy.scope():
        optimizer = optimizer_of(_OPTIMIZER, _RATE, "constant", _STEPS)
        network = compile_for_training(_network(frozen), optimizer, precision, device, "mse")
    pictures, densities = _fields()
    # Each device is given the same pictures, so that statistics and gradients are those of one.
    copies = strategy.num_replicas_in_sync
    batch = (np.tile(pictures, (copies, 1, 1, 1)), np.tile(densities, (copies, 1)))
    begun = network.arrays()
    first = _train(network, batch, pictures)
    stays = _frozen_weights(network, begun) == _frozen_weights(network, network.arrays())
    network.restore(begun)
    again = _train(network, batch, pictures)
    repeats = all(np.array_equal(*pair) for pair in zip(first, again, strict=True))
    return Trial(precision, frozen, *first, repeats, stays or not frozen)


def _network(frozen: bool) -> keras.Model:
    """Three stages and the head; layers are named as those of keras.applications."""
    rgb = keras.Input((_SIZE, _SIZE, 3), name="rgb")
    inner = keras.layers.Rescaling(1 / 255)(rgb)
    for stage in _STAGES:
        inner = keras.layers.Conv2D(16, 3, strides=2, padding="same", name=f"{stage}_conv")(inner)
        inner = keras.layers.BatchNormalization(momentum=0.9, name=f"{stage}_bn")(inner)
        inner = keras.layers.ReLU()(inner)
    pooled = keras.layers.GlobalAveragePooling2D(name="pool")(inner)
    density = keras.layers.Dense(1, activation="sigmoid", name="density")(pooled)
    network = keras.Model(rgb, density)
    for layer in network.layers:
        layer.trainable = not (frozen and layer.name.startswith(_FROZEN))
    return network


def _fields() -> tuple[np.ndarray, np.ndarray]:
    """Draw pictures, (8, 32, 32, 3), and densities, (8, 1)."""
    random = np.random.default_rng(_SEED)
    pictures = random.uniform(0, 255, (_PICTURES, _SIZE, _SIZE, 3)).astype(np.float32)
    return pictures, random.uniform(0, 1, (_PICTURES, 1)).astype(np.float32)


def _train(
    network: TrainedNetwork, batch: tuple[np.ndarray, np.ndarray], pictures: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Train for some steps; return the loss of each, and the answers at the end."""
    data = tf.data.Dataset.from_tensors(batch)
    history = network.learner.fit(data, epochs=_STEPS, shuffle=False, verbose=0)
    answers = network.answers(tf.data.Dataset.from_tensors(pictures))
    return np.array(history.history["loss"]), answers


def _frozen_weights(network: TrainedNetwork, arrays: list[np.ndarray]) -> list[bytes]:
    """Return the frozen stage's part of TrainedNetwork.arrays."""
    named = zip(network.twin.variables, arrays, strict=False)  # the optimizer's come after
    return [array.tobytes() for variable, array in named if _FROZEN in variable.path]
