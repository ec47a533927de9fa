"""The networks: a ResNet of keras.applications with a head that answers one density."""

import warnings
from pathlib import Path

import h5py
import keras
import numpy as np

from common.models.architecture import Architecture
from common.models.imagenet import IMAGENET_WEIGHTS
from common.utils.errors import InputError

_BACKBONES = {
    50: keras.applications.ResNet50,
    101: keras.applications.ResNet101,
    152: keras.applications.ResNet152,
}
# Mean RGB of ImageNet; with blue before red, what keras.applications.resnet.preprocess_input
# subtracts (its mode "caffe"), and what the ImageNet weights were trained with.
_IMAGENET_MEAN = np.array([123.68, 116.779, 103.939], np.float32)


def build_network(
    architecture: Architecture,
    *,
    image_size: int,
    weights: str = "none",
    dropout: float = 0.0,
    momentum: float | None = None,
) -> keras.Model:
    """Build a network of stock Keras layers.

    Args:
        architecture: Depth and frozen stages.
        image_size: Edge of the input, px.
        weights: "imagenet", "none", or an .h5 file: of a backbone as keras.applications publishes
            it, or a whole model as this project saves it.
        dropout: Share of the pooled features dropped, 0 to below 1.
        momentum: Of every batch normalisation, None for Keras' 0.99.

    Returns:
        A network that takes RGB 0 to 255, (batch, image_size, image_size, 3), and answers
        densities 0 to 1, (batch, 1).

    Raises:
        InputError: The weights cannot be had or fit another network.
    """
    rgb = keras.Input((image_size, image_size, 3), name="rgb")
    build_backbone = _BACKBONES[architecture.depth]
    # Without weights: keras.applications loads its files by the order of layers, and this backbone
    # has one layer more, the preprocessing.
    backbone = build_backbone(include_top=False, weights=None, input_tensor=_preprocess(rgb))
    pooled = keras.layers.GlobalAveragePooling2D(name="pool")(backbone.output)
    if dropout:
        pooled = keras.layers.Dropout(dropout, name="dropout")(pooled)
    density = keras.layers.Dense(1, activation="sigmoid", name="density")(pooled)
    network = keras.Model(rgb, density, name=architecture.results)
    _load_weights(network, architecture.depth, weights)
    _settle_layers(network, architecture.frozen, momentum)
    return network


def _settle_layers(network: keras.Model, frozen: tuple[str, ...], momentum: float | None) -> None:
    """Freeze stages and set the momentum of every batch normalisation."""
    for layer in network.layers:
        # keras.applications begins a layer's name with its stage, as conv4_block1_1_conv.
        if layer.name.split("_")[0] in frozen:
            layer.trainable = False
        if momentum is not None and isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = momentum


def _preprocess(rgb: keras.KerasTensor) -> keras.KerasTensor:
    """RGB to BGR less ImageNet's mean, as a fixed 1 x 1 convolution.

    keras.applications' own function cannot be saved in an .h5 file (its slicing becomes a layer
    that keras.models.load_model does not know there); this layer is exact and stock.
    """
    swap = np.eye(3, dtype=np.float32)[::-1]
    layer = keras.layers.Conv2D(
        3,
        1,
        trainable=False,
        kernel_initializer=keras.initializers.Zeros(),
        name="imagenet_preprocessing",
    )
    output = layer(rgb)
    # Kernel (1, 1, 3, 3) and bias: the swap of red and blue, then the mean in their new order.
    layer.set_weights([swap[np.newaxis, np.newaxis], -_IMAGENET_MEAN[::-1]])
    return output


def _load_weights(network: keras.Model, depth: int, weights: str) -> None:
    """Give the network the weights that were asked for; see build_network."""
    if weights == "none":
        return
    if weights == "imagenet":
        file = IMAGENET_WEIGHTS[depth].get()
        pretrained = _BACKBONES[depth](include_top=False, weights=str(file))
    elif _is_whole_model(Path(weights)):
        _load_file(network, weights, depth)
        return
    else:
        pretrained = _BACKBONES[depth](include_top=False, weights=None)
        _load_file(pretrained, weights, depth)
    for layer in pretrained.layers:
        if layer.weights:
            network.get_layer(layer.name).set_weights(layer.get_weights())


def _load_file(network: keras.Model, weights: str, depth: int) -> None:
    """Load a file into a network of just its layers; what Keras would only warn of is an error."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            network.load_weights(weights)
    except (ValueError, KeyError, UserWarning) as error:
        raise InputError(
            f"weights of ResNet{depth}", "those of another network", weights, "Name its own file."
        ) from error


def _is_whole_model(path: Path) -> bool:
    """Tell a saved model from the bare weights of a backbone."""
    try:
        with h5py.File(path) as file:  # bare weights have the layers themselves at the top
            return "model_weights" in file
    except OSError as error:
        raise InputError("an HDF5 file of weights", "none", path, "Get the file again.") from error
