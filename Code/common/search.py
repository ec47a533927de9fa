"""The hyper-parameter search: Keras Tuner proposes settings, each is trained for a few epochs."""

import contextlib
import math
from collections.abc import Iterator
from pathlib import Path

import keras
import keras_tuner
from keras_tuner.errors import FailedTrialError, FatalRuntimeError

from common.callbacks import EpochRows, Progress
from common.device import claim_device, strategy_of
from common.errors import InputError
from common.interruption import Request
from common.learning import compile_for_training, momentum_of, optimizer_of
from common.logbook import Row
from common.network import build_network
from common.precision import choose_precision
from common.prepare import Run
from common.search_plan import role
from common.training import training_batches_of, validation_of
from common.trials import Trial
from common.tuner import found, make_tuner, proposal_of


@contextlib.contextmanager
def _fatal() -> Iterator[None]:
    """Let a fault of the machine or of this program end the search.

    Keras Tuner would count the trial as failed, and never try it again.
    """
    try:
        yield
    except FailedTrialError:
        raise
    except Exception as error:
        raise FatalRuntimeError(str(error)) from error


class DensityNetworks(keras_tuner.HyperModel):
    """The networks of a search: each setting's network, trained on the search's own split."""

    def __init__(self, run: Run, epochs: int) -> None:
        super().__init__()
        self._run, self._epochs = run, epochs
        self._device = claim_device(run.options.seed)
        self._precision = choose_precision(run.options.precision, self._device)
        print(f"device: {self._device.name}; precision: {self._precision}")
        self._steps = math.ceil(len(run.split.train) / run.options.batch_size)

    def build(self, hp: keras_tuner.HyperParameters) -> keras.Model:
        """Build and compile the twin that trains a setting's network."""
        options, setting = self._run.options, proposal_of(hp)
        keras.utils.set_random_seed(options.seed)
        self._loss = setting.loss
        with _fatal(), strategy_of(options.devices).scope():
            self._plain = build_network(
                setting.architecture(self._run.network.depth),
                image_size=options.image_size,
                weights=options.weights,
                dropout=setting.dropout,
                momentum=momentum_of(self._steps, options.weights),
            )
            steps = self._steps * self._epochs
            optimizer = optimizer_of(setting.optimizer, setting.rate, setting.schedule, steps)
            return compile_for_training(
                self._plain, optimizer, self._precision, self._device, setting.loss
            )

    def fit(
        self,
        hp: keras_tuner.HyperParameters,
        model: keras.Model,
        *,
        epochs: int,
        callbacks: list[keras.callbacks.Callback],
        initial_epoch: int = 0,
    ) -> keras.callbacks.History:
        """Train a setting's network; the tuner's callbacks find the validation figures."""
        rows: list[Row] = []
        own = [
            validation_of(self._plain, self._run, self._loss),
            EpochRows(len(self._run.split.train), rows),
            Progress(epochs, self._steps, rows, Request()),
        ]
        with _fatal():
            try:
                return model.fit(
                    training_batches_of(self._run, initial_epoch),
                    steps_per_epoch=self._steps,
                    initial_epoch=initial_epoch,
                    epochs=epochs,
                    shuffle=False,
                    verbose=0,
                    callbacks=[*own, *callbacks],
                )
            except InputError as error:  # its loss was not finite; others may do better
                raise FailedTrialError(str(error)) from error


def search(run: Run, folder: Path) -> list[Trial]:
    """Search until the trials are done, or serve workers as their chief; return all trials.

    A worker, which knows only its own, returns none.
    """
    options = run.options
    networks = DensityNetworks(run, options.epochs)
    try:
        tuner = make_tuner(
            options.tuner,
            networks,
            folder,
            trials=options.trials,
            epochs=options.epochs,
            seed=options.seed,
        )
        tuner.search(epochs=options.epochs)
    except FatalRuntimeError as error:
        raise (error.__cause__ or error) from None
    return [] if role() == "worker" else found(tuner)
