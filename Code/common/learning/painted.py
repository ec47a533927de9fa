"""Pretraining on painted tissue: a network learns what nuclei are before it sees real ones.

Labels of painted fields are exact and as many as wanted. The weights are kept in the cache and
shared by all runs of a network and size, whatever their folder, fold and seed.
"""

import math
from pathlib import Path

import keras
import numpy as np
from filelock import FileLock, Timeout

from common.config.training_options import MachineryOptions
from common.files.atomic import whole_file
from common.learning.batch_size import memory_for
from common.learning.input_pipeline import TrainingFields, training_batches
from common.learning.optimizer import momentum_of, optimizer_of
from common.learning.trained_network import TrainedNetwork, compile_for_training
from common.models.architecture import network_with
from common.models.device import strategy_of
from common.models.precision import Device
from common.models.resnet import build_network
from common.models.weights import Pretraining, pretraining_of
from common.runs.checkpoint import DAMAGED, arrays_of, named_arrays
from common.synthetic.varied import paint_fields
from common.utils.errors import InputError
from common.utils.terminal import bar, tell

# The recipe of pretraining; a change needs another version in `models.weights`.
_EPOCHS, _BATCH, _RATE, _SEED = 12, 16, 0.001, 0
_EPOCH = "epoch"  # name in an unfinished state


def initial_weights(
    machinery: MachineryOptions, depth: int, image_size: int, device: Device, precision: str
) -> str:
    """Return the weights that a network begins with, as build_network takes them.

    Weights from painted tissue are trained here, unless they are kept already.

    Args:
        machinery: Tells which weights are wanted.
        depth: Of the ResNet.
        image_size: Edge of its input, px.
        device: That trains.
        precision: Of the activations.

    Raises:
        InputError: The ImageNet weights that come first cannot be had, or memory is too small.
    """
    pretraining = pretraining_of(machinery.weights, machinery.painted_fields, depth, image_size)
    if pretraining is None:
        return machinery.weights
    file = pretraining.file
    file.parent.mkdir(parents=True, exist_ok=True)
    with _alone(file):
        if not file.is_file():
            with memory_for(_BATCH, lambda: "Give a smaller --image-size, or other --weights"):
                _pretrain(pretraining, machinery.devices, device, precision)
    tell(f"weights: {pretraining}: {file}")
    keras.utils.set_random_seed(machinery.seed)  # as if the weights had been there
    return str(file)


def _alone(file: Path) -> FileLock:
    """Return the lock of a file, held; others who want the file are waited for."""
    lock = FileLock(file.with_suffix(".lock"))
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        tell("waiting for another run, which trains the weights of painted tissue")
        return lock.acquire()


def _pretrain(pretraining: Pretraining, devices: str, device: Device, precision: str) -> None:
    """Train on painted tissue, after the last epoch that an earlier process has left."""
    tell(f"pretraining {pretraining}, {_EPOCHS} epochs, once; kept in {pretraining.file.parent}")
    steps = math.ceil(pretraining.fields / _BATCH)
    keras.utils.set_random_seed(_SEED)
    with strategy_of(devices).scope():
        plain = build_network(
            network_with(pretraining.depth, ()),
            image_size=pretraining.image_size,
            weights=pretraining.begins_with,
            momentum=momentum_of(steps, pretraining.begins_with),
        )
        optimizer = optimizer_of("adamw", _RATE, "cosine", steps * _EPOCHS)
        # The places of painted nuclei are known exactly, whatever the run itself learns from.
        network = compile_for_training(plain, optimizer, precision, device, "bce", by_nuclei=True)
    state = pretraining.file.with_suffix(".unfinished.npz")
    done = _go_on(network, state)
    painted = paint_fields(pretraining.fields, pretraining.image_size, _SEED)
    positions = np.arange(pretraining.fields)
    fields = TrainingFields(
        painted.pictures, painted.densities, positions, nuclei=painted.nuclei, counted=True
    )
    network.learner.fit(
        training_batches(fields, batch_size=_BATCH, seed=_SEED, augment="strong", first_epoch=done),
        steps_per_epoch=steps,
        initial_epoch=done,
        epochs=_EPOCHS,
        shuffle=False,
        verbose=0,
        callbacks=[_Keep(network, state, steps)],
    )
    network.save_plain(pretraining.file)
    state.unlink(missing_ok=True)


class _Keep(keras.callbacks.Callback):
    """Show how far pretraining has come, and keep its state after each epoch."""

    def __init__(self, network: TrainedNetwork, state: Path, steps: int) -> None:
        super().__init__()
        self._network, self._state, self._steps = network, state, steps

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Open the bar (on a terminal)."""
        name = f"painted tissue, epoch {epoch + 1}/{_EPOCHS}"
        self._bar = bar(total=self._steps, desc=name, unit=" steps", leave=False)

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Move the bar."""
        self._bar.update()

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Keep the state, and tell the error on the painted fields that train."""
        self._bar.close()
        arrays = named_arrays(self._network.arrays())
        with whole_file(self._state) as beside, beside.open("wb") as file:
            np.savez(file, **{_EPOCH: np.array(epoch + 1)}, **arrays)
        tell(f"painted tissue, epoch {epoch + 1:>2}/{_EPOCHS}  mae {logs['mae']:.4f}")


def _go_on(network: TrainedNetwork, state: Path) -> int:
    """Take up the state that an earlier process has left; return its number of epochs.

    A state that is damaged, or of another version of Keras, is passed over: nothing of a run is
    lost with it.
    """
    if not state.is_file():
        return 0
    try:
        with np.load(state, allow_pickle=False) as kept:
            arrays, done = arrays_of(kept), int(kept[_EPOCH])
            network.restore(arrays)
    except (*DAMAGED, InputError) as error:
        reason = str(error).splitlines()[0]
        tell(f"note: {state.name} cannot be used ({reason}): pretraining begins anew")
        return 0
    return done
