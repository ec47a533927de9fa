"""Loads the network of a model file, which may be anybody's."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import keras
import numpy as np

from common.utils.errors import InputError


def load_network(path: Path) -> keras.Model:
    """Load the network of a model file; no code of the file is run (Keras' safe mode).

    Raises:
        InputError: It asks for that, has layers that are not Keras' own, is no network of one
            picture -> one density, or has weights that are no finite numbers.
    """
    load = partial(keras.models.load_model, path, compile=False, safe_mode=True)
    try:
        # First without memory for weights: a file may describe more of them than it has.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(_without_memory, load).result()
        network = load()
    except (ValueError, TypeError, KeyError, OSError, NotImplementedError) as error:
        reason = str(error).strip().splitlines()[0]
        remedy = "Use model files of the network scripts; others may run code on loading."
        raise InputError("a model of Keras' own layers", reason, path, remedy) from error
    if len(network.inputs) != 1 or tuple(network.output_shape[1:]) != (1,):
        found = f"outputs of {network.output_shape}"
        raise InputError("a model with one density as its answer", found, path)
    if network.inputs[0].dtype != "float32":
        found = f"an input of {network.inputs[0].dtype}"
        raise InputError("a model that takes pictures as float32", found, path)
    for layer in network.layers:
        if not all(np.isfinite(weight).all() for weight in layer.get_weights()):
            remedy = "Use another epoch's model."
            raise InputError("finite weights", f"others in {layer.name}", path, remedy)
    return network


def _without_memory(load: Callable[[], keras.Model]) -> None:
    """Load a model whose weights stay unmade.

    In a thread of its own: Keras notes unmade weights by thread, and makes them, 40 GB or not, at
    the end of the next scope that does not forbid it.
    """
    with keras.StatelessScope(initialize_variables=False):
        load()
