"""The network that trains, in its three forms: plain, fused for training, folded for validation.

The plain network of stock Keras layers is what is saved and what a user loads. Its fused twin
trains, in the precision that suits the device; its folded twin validates in float32, so that the
logged metrics are those that whoever loads the model will compute.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import h5py
import keras
import numpy as np
import tensorflow as tf

from common.files.atomic import hdf5_errors, whole_file
from common.learning.nuclei_map import supervised_by_nuclei
from common.metrics.epoch_metrics import keras_metrics, unweighted_loss
from common.metrics.losses import LOSSES
from common.models.precision import Device
from common.models.twins import fold, predicting_twin, training_twin
from common.splits.training_fields import TRAINING_FIELDS, TrainingFields
from common.utils.errors import InputError


@dataclass(frozen=True)
class TrainedNetwork:
    """A network while it trains.

    Attributes:
        plain: Of stock layers; receives the trained weights when they are saved.
        twin: Its layers are trained.
        learner: Compiled; `fit` trains it: the twin, or around it what also learns from nuclei.
    """

    plain: keras.Model
    twin: keras.Model
    learner: keras.Model

    def variables(self) -> list[keras.Variable]:
        """List all that changes in training: weights, statistics, dropout's seeds, optimizer."""
        return [*self.learner.variables, *self.learner.optimizer.variables]

    @cached_property
    def _folded(self) -> keras.Model:
        """The twin that answers, made once, when a strategy's scope has been left."""
        folded = predicting_twin(self.plain)
        folded.compile(jit_compile=False)
        return folded

    def answers(self, batches: tf.data.Dataset) -> np.ndarray:
        """Return the densities that the network answers with its weights of now.

        Args:
            batches: Of pictures, float32, 0 to 255, (batch, size, size, 3).

        Returns:
            float32, (pictures,), 0 to 1.
        """
        fold(self.twin, self._folded)
        return self._folded.predict(batches, verbose=0)[:, 0]

    def arrays(self) -> list[np.ndarray]:
        """Return the values of `variables`, as a checkpoint keeps them."""
        return [variable.numpy() for variable in self.variables()]

    def restore(self, arrays: Sequence[np.ndarray]) -> None:
        """Take the values of a checkpoint, of whatever precision; none for a run that begins.

        Raises:
            InputError: They are of another network or optimizer.
        """
        if not arrays:
            return
        targets, weights = self.variables(), self.learner.variables
        if len(arrays) != len(targets):
            # Begun in another precision: float16 has variables of loss scaling between weights and
            # optimizer, which begin anew or are not needed any more.
            optimizer = _inner(self.learner.optimizer).variables
            targets = [*weights, *optimizer]
            arrays = [*arrays[: len(weights)], *arrays[-len(optimizer) :]]
        if [one.shape for one in targets] != [array.shape for array in arrays]:
            found = f"those of another network or version ({len(arrays)} arrays)"
            remedy = "Give --again to train beside the unfinished run, or --output DIR."
            raise InputError(f"the {len(targets)} arrays of this network", found, do=remedy)
        for variable, array in zip(targets, arrays, strict=True):
            variable.assign(array)

    def sizes(self) -> tuple[int, int]:
        """Return the bytes of the weights, and of all that changes in training."""
        return _bytes(self.plain.weights), _bytes(self.variables())

    def save(
        self, path: Path, attributes: Mapping[str, str | float], fields: TrainingFields
    ) -> None:
        """Save the plain network with attributes and training fields, which Keras passes over."""
        with whole_file(path) as beside, hdf5_errors():
            self._save_plain(beside)
            with h5py.File(beside, "r+") as file:
                file.attrs.update(attributes)
                # A dataset: an attribute of HDF5 holds no more than 64 KB.
                file[TRAINING_FIELDS] = fields.to_json()

    def save_plain(self, path: Path) -> None:
        """Save the plain network and nothing else."""
        with whole_file(path) as beside, hdf5_errors():
            self._save_plain(beside)

    def _save_plain(self, path: Path) -> None:
        # Plain and twin have their weights in the same order, whatever the classes of their layers.
        self.plain.set_weights(self.twin.get_weights())
        self.plain.save(path)


def _inner(optimizer: keras.Optimizer) -> keras.Optimizer:
    """Return the optimizer, or the one whose loss is scaled for float16."""
    return getattr(optimizer, "inner_optimizer", optimizer)


def _bytes(variables: Sequence[keras.Variable]) -> int:
    # Weights and moments are float32 in every precision; what is not weighs next to nothing.
    return sum(4 * math.prod(variable.shape) for variable in variables)


def compile_for_training(
    plain: keras.Model,
    optimizer: keras.Optimizer,
    precision: str,
    device: Device,
    loss: str,
    *,
    by_nuclei: bool = False,
) -> TrainedNetwork:
    """Make and compile the twins of a network.

    Args:
        plain: The network, of stock layers.
        optimizer: That trains it.
        precision: Of the activations, "float32", "bfloat16" or "float16".
        device: That it trains on.
        loss: One of LOSSES.
        by_nuclei: Whether it also learns where the nuclei are.
    """
    twin = training_twin(plain, precision)
    learner = supervised_by_nuclei(twin) if by_nuclei else twin
    if precision == "float16":  # its smallest gradients would otherwise become 0
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    # Left to the first step, this makes TensorFlow trace the whole step a second time.
    optimizer.build(learner.trainable_variables)
    how = {"loss": LOSSES[loss].keras, "metrics": [*keras_metrics(), unweighted_loss(loss)]}
    learner.compile(optimizer, jit_compile=device.compiles, **how)
    return TrainedNetwork(plain, twin, learner)
