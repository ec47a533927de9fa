"""A trained model that answers for pictures: in batches, fast."""

import math
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from itertools import islice, product
from typing import TypeVar

import keras
import numpy as np

from common.images.reading import resize
from common.inference.model_file import ModelFile
from common.learning.batch_size import largest_that_fits, memory_for
from common.metrics.epoch_metrics import answers_alike
from common.models.device import device_here, pin_keras_settings
from common.models.loading import load_network
from common.models.precision import REDUCED, Device, choose_precision
from common.models.twins import fold, predicting_twin
from common.utils.errors import InputError

BATCH = 32  # pictures that a predictor is shown at once
_SAFE = 0.0025  # by which densities may move on the pictures that are tried
Item = TypeVar("Item")


def batches_of(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Divide items into lists of BATCH, the last perhaps shorter; takes no more than it gives."""
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch


class Predictor:
    """A model file's network, with the resizing and the stain that it was trained with.

    Loading runs no code of the file (Keras' safe mode).

    Args:
        file: The model file.
        pictures: How many will be asked for; a batch is no larger than they need.

    Attributes:
        network: As it was loaded.
        fast: What answers: the same, without batch normalisation.

    Raises:
        InputError: The file asks for that, has layers that are not Keras' own, or weights that are
            no finite numbers.
    """

    def __init__(self, file: ModelFile, pictures: int = BATCH) -> None:
        pin_keras_settings()
        self._device = device_here()
        self.network = load_network(file.path)
        self._path, self._size, self._spread = file.path, file.size, file.spread
        self._synthetic = file.synthetic
        self._batch = min(BATCH, 1 << (max(1, pictures) - 1).bit_length())
        self._stain = file.stain.normaliser() if file.stain else None
        names = {layer.name for layer in self.network.layers}
        self._is_ours = "imagenet_preprocessing" in names
        self._twins: dict[tuple[str, ...], keras.Model] = {}
        self.fast = self._twin(())  # same answers, a fifth faster

    @cached_property
    def answers_alike(self) -> bool:
        """Whether the answers are the same for whatever is shown: the model has learned nothing.

        By its answers for its validation fields; where the file does not tell them, by trying it.
        """
        spread = self._spread
        if spread is None:
            spread = float(self.all_densities(_unlike_pictures(self._size), flips=False).std())
        return answers_alike(spread)

    def warnings(self) -> list[str]:
        """Say what speaks against the model's answers."""
        name = self._path.name
        synthetic = f"warning: {name} was trained on SYNTHETIC data: it knows nothing of tissue"
        alike = f"warning: {name} answers the same whatever it is shown"
        return [synthetic] * self._synthetic + [alike] * self.answers_alike

    def settle_precision(self, pictures: np.ndarray | None, device: Device | None = None) -> str:
        """Answer from now on in the fastest precision that gives the same answers, as good as.

        How far a network's answers move in bfloat16 depends on how it was trained: those of one
        by 0.007, those of another by 0.18. So it is tried, on some of the pictures to come.

        Args:
            pictures: Prepared, (pictures, size, size, 3); None for float32.
            device: What is chosen for; None for the one at hand.

        Returns:
            The precision, for people.
        """
        device = device or self._device
        self.fast = self._twin(())
        precision = choose_precision("auto", device)
        if pictures is None or precision == "float32" or not self._is_ours:
            return "float32"
        exact = self.all_densities(pictures, flips=False)
        for reduced in REDUCED:
            self.fast = self._twin(reduced, precision)
            moved = np.abs(self.all_densities(pictures, flips=False) - exact).max()
            if moved <= _SAFE:
                return f"{precision} in {', '.join(reduced)} (differs by {moved:.4f} at most)"
        self.fast = self._twin(())
        return "float32"

    def _twin(self, reduced: tuple[str, ...], precision: str = "float32") -> keras.Model:
        """Return a twin of the network, made once; the network itself if it is not of this kind."""
        if not self._is_ours:
            return self.network
        if reduced not in self._twins:
            twin = predicting_twin(self.network, reduced, precision)
            fold(self.network, twin)
            twin.compile(jit_compile=self._device.compiles)
            self._twins[reduced] = twin
        return self._twins[reduced]

    def prepared(self, picture: np.ndarray) -> np.ndarray:
        """Bring a uint8 RGB picture of any size to what the network takes, (size, size, 3)."""
        small = resize(picture, self._size)
        return self._stain(small) if self._stain else small

    def densities(self, pictures: np.ndarray) -> np.ndarray:
        """Return the densities of at most a batch of prepared pictures: float64, (pictures,).

        A batch that memory does not hold is halved, from then on.
        """
        with memory_for(1, lambda: "CUDA_VISIBLE_DEVICES= answers on the CPU"):
            answers, self._batch = largest_that_fits(partial(self._answers, pictures), self._batch)
        if not ((answers >= 0) & (answers <= 1)).all():
            found = f"answers of {answers.min():.3g} to {answers.max():.3g}"
            raise InputError("a model whose answers are densities, 0 to 1", found, self._path)
        return answers

    def _answers(self, pictures: np.ndarray, size: int) -> np.ndarray:
        """Answer in batches of one size, so that the network is traced once."""
        count = max(1, math.ceil(len(pictures) / size))
        filled = np.zeros((count * size, *pictures.shape[1:]), np.float32)
        filled[: len(pictures)] = pictures
        answers = [self.fast.predict_on_batch(batch) for batch in np.split(filled, count)]
        return np.concatenate(answers)[: len(pictures), 0].astype(float)

    def all_densities(self, pictures: np.ndarray, flips: bool) -> np.ndarray:
        """Return the densities of any number of prepared pictures.

        Args:
            pictures: Prepared, (pictures, size, size, 3).
            flips: Whether the answers for eight turns and flips are averaged.

        Returns:
            float64, (pictures,), 0 to 1.
        """
        batches = [pictures[at : at + self._batch] for at in range(0, len(pictures), self._batch)]
        return np.concatenate([self.answers(batch, flips)[0] for batch in batches])

    def answers(self, pictures: np.ndarray, flips: bool) -> tuple[np.ndarray, np.ndarray]:
        """Return the densities of at most a batch of prepared pictures, and their spread.

        Args:
            pictures: Prepared, (pictures, size, size, 3).
            flips: Whether the answers for eight turns and flips are averaged.

        Returns:
            Densities, and their standard deviations over turns and flips (0 without `flips`); both
            float64, (pictures,).
        """
        views = VIEWS if flips else VIEWS[:1]
        answers = np.array([self.densities(view(pictures)) for view in views])
        return answers.mean(0), answers.std(0)


def _unlike_pictures(size: int) -> np.ndarray:
    """Return pictures that have nothing in common: of one colour, of noise, of stripes."""
    colours = np.array([*product((0, 255), repeat=3), (160, 80, 160), (230, 150, 190)])
    plain = np.broadcast_to(colours[:, None, None], (len(colours), size, size, 3))
    noise = np.random.default_rng(0).integers(0, 256, (4, size, size, 3))
    stripes = np.where(np.arange(size) // 8 % 2, 60, 220)[None, :, None, None]
    return np.concatenate([plain, noise, np.broadcast_to(stripes, (1, size, size, 3))])


def _turn(turns: int, flip: bool) -> Callable[[np.ndarray], np.ndarray]:
    return lambda batch: np.rot90(batch[:, :, ::-1] if flip else batch, turns, (1, 2))


VIEWS = [_turn(turns, flip) for flip in (False, True) for turns in range(4)]
