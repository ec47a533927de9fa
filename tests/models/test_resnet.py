"""The nine networks: depth, frozen stages, preprocessing and weights, without any training."""

import hashlib
import importlib
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
from common.models.architecture import network_named
from common.models.imagenet import IMAGENET_WEIGHTS, ImageNetWeights
from common.models.resnet import build_network
from common.utils.errors import InputError
from helpers.model_files import write_published

# Blocks of conv2 to conv5, table 1 of He et al. 2016; a block has three convolutions, each of
# the four stages a shortcut, and the stem one more.
BLOCKS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
NINE = {
    f"Res{depth}{suffix}": (depth, frozen)
    for depth in (50, 101, 152)
    for suffix, frozen in (("", ()), ("_Conv_5", ("conv5",)), ("_Conv_4_5", ("conv4", "conv5")))
}
FOLDERS = {
    "Res50_Conv_4_5": "Res50_Conv4_5",  # spelled as in the original artefact
    "Res152_Conv_4_5": "Res152_Conv4_5",
}


pytestmark = pytest.mark.slow


@pytest.mark.parametrize("script", NINE)
def test_script_names_its_network(script: str) -> None:
    depth, frozen = NINE[script]
    network = importlib.import_module(script).NETWORK
    assert (network.script, network.depth, network.frozen) == (script, depth, frozen)
    assert network.results == FOLDERS.get(script, script)
    assert network_named(network.results) is network_named(script) is network


@pytest.mark.parametrize("script", NINE)
def test_network_freezes_its_stages_and_nothing_else(script: str) -> None:
    depth, frozen = NINE[script]
    network = build_network(importlib.import_module(script).NETWORK, image_size=32)
    weighty = [layer for layer in network.layers if layer.weights]
    still = {layer.name for layer in weighty if not layer.trainable_weights}
    stages = {layer.name for layer in weighty if layer.name.split("_")[0] in frozen}
    assert still == stages | {"imagenet_preprocessing"}
    sizes = [sum(map(np.size, kept)) for kept in (network.weights, network.trainable_weights)]
    assert sizes == [network_named(script).parameters, network_named(script).trainable]
    convolutions = [layer for layer in weighty if isinstance(layer, keras.layers.Conv2D)]
    assert len(convolutions) - 1 == 3 * sum(BLOCKS[depth]) + 4 + 1
    for number, blocks in enumerate(BLOCKS[depth], 2):
        names = {layer.name.split("_")[1] for layer in weighty if f"conv{number}_" in layer.name}
        assert len(names) == blocks


@pytest.fixture(scope="module")
def rgb() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> tuple[keras.Model, Path, Path]:
    """Make a stock backbone and its weights, in Keras 3's format and as they are published."""
    keras.utils.set_random_seed(1)
    stock = keras.applications.ResNet50(include_top=False, weights=None, input_shape=(32, 32, 3))
    folder = tmp_path_factory.mktemp("weights")
    new, published = folder / "notop.weights.h5", folder / "notop.h5"
    stock.save_weights(new)
    write_published(stock, published)
    return stock, new, published


@pytest.fixture
def imagenet(backbone: tuple, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have the published file pass for ImageNet's, where Keras keeps those."""
    content = backbone[2].read_bytes()
    fake = ImageNetWeights(50, len(content), hashlib.md5(content).hexdigest())
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setitem(IMAGENET_WEIGHTS, 50, fake)
    fake.take(backbone[2].parent)
    return "imagenet"


@pytest.mark.parametrize("kind", ["new", "published", "imagenet"])
def test_network_is_the_stock_backbone_with_a_head(
    backbone: tuple, imagenet: str, rgb: np.ndarray, kind: str
) -> None:
    stock, new, published = backbone
    weights = {"new": str(new), "published": str(published), "imagenet": imagenet}[kind]
    network = build_network(network_named("Res50"), image_size=32, weights=weights)
    features = stock.predict(keras.applications.resnet.preprocess_input(rgb.copy()), verbose=0)
    kernel, bias = network.get_layer("density").get_weights()
    expected = 1 / (1 + np.exp(-(features.mean((1, 2)) @ kernel + bias)))
    np.testing.assert_allclose(network.predict(rgb, verbose=0), expected, rtol=1e-5, atol=1e-6)


def test_saved_model_serves_as_weights(tmp_path: Path, rgb: np.ndarray) -> None:
    saved = build_network(network_named("Res50"), image_size=32)
    saved.save(tmp_path / "best_model01-0.1000.h5")
    again = build_network(
        network_named("Res50_Conv_5"),
        image_size=32,
        weights=str(tmp_path / "best_model01-0.1000.h5"),
    )
    np.testing.assert_array_equal(again.predict(rgb, verbose=0), saved.predict(rgb, verbose=0))


@pytest.mark.parametrize("published", [True, False])
@pytest.mark.parametrize("depth", [101, 152])
def test_weights_of_another_network_are_refused(
    backbone: tuple, depth: int, published: bool
) -> None:
    with pytest.raises(InputError, match=f"expected weights of ResNet{depth}.*those of another"):
        build_network(
            network_named(f"Res{depth}"), image_size=32, weights=str(backbone[1 + published])
        )


def test_weights_that_are_no_hdf5_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.h5"
    path.write_text("not weights")
    with pytest.raises(InputError, match="expected an HDF5 file of weights"):
        build_network(network_named("Res50"), image_size=32, weights=str(path))


def test_imagenet_weights_are_those_of_keras() -> None:
    known = keras.src.applications.resnet
    for depth, one in IMAGENET_WEIGHTS.items():
        assert known.WEIGHTS_HASHES[f"resnet{depth}"][1] == one.md5
        assert one.url == known.BASE_WEIGHTS_PATH + one.name


@pytest.mark.parametrize(("momentum", "expected"), [(None, 0.99), (0.7, 0.7)])
def test_momentum_of_every_normalisation(momentum: float | None, expected: float) -> None:
    network = build_network(network_named("Res50"), image_size=32, momentum=momentum)
    kind = keras.layers.BatchNormalization
    layers: list[Callable] = [layer for layer in network.layers if isinstance(layer, kind)]
    assert {layer.momentum for layer in layers} == {expected}
