"""The twins that train and predict: equal to the plain network in all that counts."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from common.models.architecture import network_named
from common.models.resnet import build_network
from common.models.twins import FusedBatchNormalization, fold, predicting_twin, training_twin

pytestmark = pytest.mark.slow

RANDOM = np.random.default_rng(0)
ACTIVATIONS = RANDOM.normal(1, 3, (5, 6, 7, 16)).astype(np.float32)
RGB = RANDOM.integers(0, 256, (5, 64, 64, 3)).astype(np.float32)
DENSITIES = RANDOM.random((5, 1)).astype(np.float32)


def randomise_statistics(network: keras.Model) -> None:
    """Give moving statistics and scales values that a mistake would not leave unnoticed."""
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            shape = layer.gamma.shape
            values = [RANDOM.uniform(low, high, shape) for low, high in
                      ((0.5, 1.5), (-0.5, 0.5), (-0.5, 0.5), (0.5, 1.5))]  # fmt: skip
            layer.set_weights(values)


def keep_head_off_its_limits(network: keras.Model) -> None:
    """Scale the head so that densities lie between 0.1 and 0.9, where differences show."""
    pooled = keras.Model(network.input, network.get_layer("pool").output)(RGB).numpy()
    head = network.get_layer("density")
    kernel, bias = head.get_weights()
    head.set_weights([kernel * 2 / np.abs(pooled @ kernel).max(), bias])


@pytest.fixture(scope="module")
def plain() -> keras.Model:
    keras.utils.set_random_seed(0)
    network = build_network(network_named("Res50_Conv_4_5"), image_size=64, momentum=0.8)
    randomise_statistics(network)
    keep_head_off_its_limits(network)
    return network


def layer_run(layer: keras.Layer, values: np.ndarray, training: bool) -> list[np.ndarray]:
    """Return output, gradients by input and weights, and the weights afterwards."""
    layer.build(values.shape)
    start = [np.linspace(low, high, 16) for low, high in ((0.5, 2), (-1, 1), (0, 1), (0.5, 1.5))]
    layer.set_weights(start)
    with tf.GradientTape() as tape:
        inputs = tf.constant(values)
        tape.watch(inputs)
        outputs = layer(inputs, training=training)
        loss = tf.reduce_sum(tf.sin(outputs) * tf.range(16.0))
    sources = [inputs, *(weight.value for weight in layer.trainable_weights)]
    return [outputs.numpy(), *map(np.asarray, tape.gradient(loss, sources)), *layer.get_weights()]


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("trainable", [True, False])
@pytest.mark.parametrize("batch", [5, 1])
def test_fused_layer_equals_stock(training: bool, trainable: bool, batch: int) -> None:
    options = {"momentum": 0.7, "epsilon": 1.001e-5, "trainable": trainable}
    stock = keras.layers.BatchNormalization(**options)
    fused = FusedBatchNormalization(**options)
    runs = [layer_run(layer, ACTIVATIONS[:batch], training) for layer in (stock, fused)]
    assert len(runs[0]) == (8 if trainable else 6)
    for ours, theirs in zip(*runs, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5 * np.abs(theirs).max())


def test_fused_network_equals_plain(plain: keras.Model) -> None:
    twin = training_twin(plain, "float32")
    expected, answer = (network(RGB, training=False).numpy() for network in (plain, twin))
    np.testing.assert_allclose(answer, expected, rtol=1e-5)
    names = [[weight.path for weight in network.trainable_weights] for network in (plain, twin)]
    assert names[0] == names[1]
    for layer in plain.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            other = twin.get_layer(layer.name)
            assert (other.epsilon, other.momentum) == (layer.epsilon, 0.8)


def gradients(network: keras.Model) -> list[np.ndarray]:
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((network(RGB, training=False) - DENSITIES) ** 2)
    values = tape.gradient(loss, network.trainable_variables)
    return [value.numpy() for value in values]


def test_gradients_equal_those_of_the_plain_network(plain: keras.Model) -> None:
    """With fixed statistics; with those of a batch, rounding alone moves them by a percent."""
    pairs = zip(gradients(plain), gradients(training_twin(plain, "float32")), strict=True)
    for expected, gradient in pairs:
        # By norm: a ReLU whose input is 0 but for rounding moves single elements of a gradient.
        assert np.linalg.norm(gradient - expected) <= 1e-3 * np.linalg.norm(expected)


def test_a_step_moves_what_trains_and_keeps_what_is_frozen(plain: keras.Model) -> None:
    twin = training_twin(plain, "float32")
    stock = keras.models.clone_model(plain)
    stock.set_weights(plain.get_weights())
    for network in (stock, twin):
        network.compile(keras.optimizers.SGD(0.01), "mse", run_eagerly=True, jit_compile=False)
        network.train_on_batch(RGB, DENSITIES)
    for layer in twin.layers:
        before, after = plain.get_layer(layer.name).get_weights(), layer.get_weights()
        stage = layer.name.split("_")[0]
        frozen = stage in ("conv4", "conv5", "imagenet")
        for old, new in zip(before, after, strict=True):
            assert np.array_equal(old, new) == frozen, layer.name
        if isinstance(layer, FusedBatchNormalization):
            for expected, moving in zip(
                stock.get_layer(layer.name).get_weights()[2:], after[2:], strict=True
            ):
                np.testing.assert_allclose(moving, expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_half_precision_keeps_weights_and_head_in_float32(
    plain: keras.Model, precision: str
) -> None:
    twin = training_twin(plain, precision)
    assert {weight.dtype for weight in twin.weights} == {"float32"}
    assert twin.get_layer("conv5_block3_out").output.dtype == precision
    assert twin.output.dtype == "float32"
    expected, answer = (network(RGB, training=False).numpy() for network in (plain, twin))
    np.testing.assert_allclose(answer, expected, atol=0.03)
    assert not np.array_equal(answer, expected)


def test_folded_network_equals_plain(plain: keras.Model) -> None:
    twin = predicting_twin(plain)
    kinds = {type(layer) for layer in twin.layers}
    assert keras.layers.BatchNormalization not in kinds
    for trained in (plain, training_twin(plain, "bfloat16")):
        fold(trained, twin)
        expected, answer = plain(RGB, training=False).numpy(), twin(RGB).numpy()
        np.testing.assert_allclose(answer, expected, rtol=1e-5)
