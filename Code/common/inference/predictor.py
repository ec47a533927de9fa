"""A trained model that answers for pictures: loaded safely, in batches, fast."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

import keras
import numpy as np

from common.images.reading import resize
from common.inference.model_file import ModelFile
from common.models.device import device_here
from common.models.folded_batch_norm import fold, predicting_twin
from common.models.precision import choose_precision
from common.utils.errors import InputError

BATCH = 32
Item = TypeVar("Item")


class Predictor:
    """A model file's network, with the resizing and the stain that it was trained with.

    Loading runs no code of the file (Keras' safe mode).

    Args:
        file: The model file.
        precision: One of PRECISIONS, of the backbone's activations.

    Attributes:
        network: As it was loaded.
        precision: That it answers in; "float32" for networks that are not of this project.

    Raises:
        InputError: The file asks for that, or has layers that are not Keras' own.
    """

    def __init__(self, file: ModelFile, precision: str = "float32") -> None:
        device = device_here()
        self.network = _load(file)
        self.precision = "float32"
        self._size = file.size
        self._stain = file.stain.normaliser() if file.stain else None
        self._fast = self.network
        if "imagenet_preprocessing" in {layer.name for layer in self.network.layers}:
            self.precision = choose_precision(precision, device)
            self._fast = predicting_twin(self.network, self.precision)
            self._fast.compile(jit_compile=device.compiles)
            fold(self.network, self._fast)

    def prepared(self, picture: np.ndarray) -> np.ndarray:
        """Bring a uint8 RGB picture of any size to what the network takes, (size, size, 3)."""
        small = resize(picture, self._size)
        return self._stain(small) if self._stain else small

    def densities(self, pictures: np.ndarray) -> np.ndarray:
        """Return the densities of at most BATCH prepared pictures: float64, (pictures,)."""
        batch = np.zeros((BATCH, *pictures.shape[1:]), np.float32)  # one shape: traced once
        batch[: len(pictures)] = pictures
        return self._fast.predict_on_batch(batch)[: len(pictures), 0].astype(float)

    def all_densities(self, pictures: np.ndarray, flips: bool) -> np.ndarray:
        """Return the densities of any number of prepared pictures.

        Args:
            pictures: Prepared, (pictures, size, size, 3).
            flips: Whether the answers for eight turns and flips are averaged.

        Returns:
            float64, (pictures,), 0 to 1.
        """
        batches = [pictures[at : at + BATCH] for at in range(0, len(pictures), BATCH)]
        return np.concatenate([self.answers(batch, flips)[0] for batch in batches])

    def answers(self, pictures: np.ndarray, flips: bool) -> tuple[np.ndarray, np.ndarray]:
        """Return the densities of at most BATCH prepared pictures, and their spread.

        Args:
            pictures: Prepared, (pictures, size, size, 3).
            flips: Whether the answers for eight turns and flips are averaged.

        Returns:
            Densities, and their standard deviations over turns and flips (0 without `flips`); both
            float64, (pictures,).
        """
        if flips:
            return self.flipped(pictures)
        densities = self.densities(pictures)
        return densities, np.zeros_like(densities)

    def flipped(self, pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard deviation of the answers over the eight turns and flips."""
        answers = np.array([self.densities(view(pictures)) for view in VIEWS])
        return answers.mean(0), answers.std(0)


def batches_of(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Divide items into lists of BATCH, the last perhaps shorter; takes no more than it gives."""
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _load(file: ModelFile) -> keras.Model:
    try:
        network = keras.models.load_model(file.path, compile=False, safe_mode=True)
    except (ValueError, TypeError, KeyError, OSError, NotImplementedError) as error:
        reason = str(error).strip().splitlines()[0]
        remedy = "Use model files of the network scripts; others may run code on loading."
        raise InputError("a model of Keras' own layers", reason, file.path, remedy) from error
    if len(network.inputs) != 1 or tuple(network.output_shape[1:]) != (1,):
        found = f"outputs of {network.output_shape}"
        raise InputError("a model with one density as its answer", found, file.path)
    return network


def _turn(turns: int, flip: bool) -> Callable[[np.ndarray], np.ndarray]:
    return lambda batch: np.rot90(batch[:, :, ::-1] if flip else batch, turns, (1, 2))


VIEWS = [_turn(turns, flip) for flip in (False, True) for turns in range(4)]
