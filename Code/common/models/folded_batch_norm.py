"""The twin of a network that predicts: batch normalisation folded into the convolutions.

With fixed statistics a batch normalisation is one multiplication and one addition a channel, and
both can be done beforehand, to the weights of the convolution before it (Jacob et al. 2018,
arXiv 1712.05877, section 3.2). Same answers, a third of the operations.
"""

import keras
import numpy as np


def predicting_twin(
    plain: keras.Model, reduced: tuple[str, ...] = (), precision: str = "float32"
) -> keras.Model:
    """Clone a network for prediction, without batch normalisation. Weights: see `fold`.

    Args:
        plain: The network.
        reduced: What the names of those layers begin with that compute in a reduced precision.
        precision: Theirs, "bfloat16" or "float16"; all others compute in float32.
    """

    def twin_of(layer: keras.Layer) -> keras.Layer:
        policy = f"mixed_{precision}" if layer.name.startswith(reduced) else "float32"
        if isinstance(layer, keras.layers.BatchNormalization):
            # Under the same name, so that `fold` finds each layer's counterpart by it.
            return keras.layers.Identity(name=layer.name, dtype=policy)
        return type(layer).from_config(layer.get_config() | {"dtype": policy})

    # The normalisations' recorded calls carry a mask, which Identity does not take.
    return keras.models.clone_model(
        plain,
        clone_function=twin_of,
        call_function=lambda layer, *arguments, **_: layer(*arguments),
    )


def fold(trained: keras.Model, twin: keras.Model) -> None:
    """Give a predicting twin the weights of a trained network, plain or its training twin.

    Relies on keras.applications' names: the normalisation after `x_conv` is `x_bn`.

    Args:
        trained: Of any precision; its weights are float32.
        twin: That predicting_twin made of the same plain network.
    """
    for layer in twin.layers:
        weights = trained.get_layer(layer.name).get_weights()
        if not layer.weights:  # among them what stands for a normalisation
            continue
        normalisation = layer.name.removesuffix("_conv") + "_bn"
        if normalisation in (other.name for other in twin.layers):
            # keras.applications' ResNet gives every convolution a bias, which takes up the shift.
            weights = _folded(*weights, trained.get_layer(normalisation))
        layer.set_weights(weights)


def _folded(
    kernel: np.ndarray, bias: np.ndarray, normalisation: keras.layers.BatchNormalization
) -> list[np.ndarray]:
    """Return kernel and bias of (convolution, then normalisation)."""
    gamma, beta, mean, variance = normalisation.get_weights()
    scale = gamma / np.sqrt(variance + normalisation.epsilon)
    # A kernel's last axis is the output channel, which is the one that is normalised.
    return [kernel * scale, (bias - mean) * scale + beta]
