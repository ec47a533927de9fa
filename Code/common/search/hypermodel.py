"""The networks of a search: each setting's network is trained for a few epochs."""

import contextlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import keras
import keras_tuner
import numpy as np
from keras_tuner.errors import FailedTrialError, FatalRuntimeError

from common.config.prepare import PreparedData
from common.learning.batch_size import BatchTrial, memory_for, smaller_batch
from common.learning.callbacks import EpochEnd, epoch_line
from common.learning.input_pipeline import training_batches_of
from common.learning.optimizer import momentum_of, optimizer_of
from common.learning.painted import initial_weights
from common.learning.trained_network import TrainedNetwork, compile_for_training
from common.learning.validation import validator
from common.models.device import claim_device, strategy_of
from common.models.precision import choose_precision
from common.models.resnet import build_network
from common.runs.epochs import Epoch
from common.search.options import TunerOptions
from common.search.oracles import proposal_of
from common.search.role import Role, role_here
from common.search.trials import Trial
from common.search.tuner import found_trials, make_tuner
from common.utils.errors import InputError
from common.utils.interrupt import StopRequest
from common.utils.terminal import tell


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
    """The networks of a search, trained on the search's own split.

    Args:
        data: What they are trained on.
        depth: Of the ResNet.
        epochs: That a trial trains, at most.
    """

    def __init__(self, data: PreparedData, depth: int, epochs: int) -> None:
        super().__init__()
        self._data, self._depth, self._epochs = data, depth, epochs
        self._built: TrainedNetwork
        machinery = data.plan.machinery
        self._device = claim_device(machinery.seed)
        self._precision = choose_precision(machinery.precision, self._device)
        tell(f"device: {self._device.name}; precision: {self._precision}")
        wanted = (machinery, depth, data.plan.pictures.image_size)
        self._weights = initial_weights(*wanted, self._device, self._precision)

    def build(self, hp: keras_tuner.HyperParameters) -> keras.Model:
        """Build and compile what trains a setting's network."""
        plan, setting = self._data.plan, proposal_of(hp)
        keras.utils.set_random_seed(plan.machinery.seed)
        with _fatal(), strategy_of(plan.machinery.devices).scope():
            plain = build_network(
                setting.network(self._depth),
                image_size=plan.pictures.image_size,
                weights=self._weights,
                dropout=setting.dropout,
                momentum=momentum_of(self._data.plan.steps, plan.machinery.weights),
            )
            steps = self._data.plan.steps * self._epochs
            schedule = (setting.rate, setting.schedule, steps, plan.machinery.accumulate)
            optimizer = optimizer_of(setting.optimizer, *schedule)
            how = (self._precision, self._device, setting.loss)
            by_nuclei = plan.machinery.by_nuclei
            self._built = compile_for_training(plain, optimizer, *how, by_nuclei=by_nuclei)
            return self._built.learner

    def _memory(self) -> contextlib.AbstractContextManager[None]:
        machinery = self._data.plan.machinery
        remedy = partial(smaller_batch, machinery, BatchTrial(self._built).train)
        return memory_for(machinery.batch_size, remedy)

    def fit(
        self,
        hp: keras_tuner.HyperParameters,
        model: keras.Model,
        *,
        epochs: int,
        callbacks: list[keras.callbacks.Callback],
        initial_epoch: int = 0,
    ) -> keras.callbacks.History:
        """Train the network that was built last; later callbacks find its validation metrics."""
        best = float("inf")

        def finish(epoch: Epoch, _answers: np.ndarray) -> bool:
            nonlocal best
            tell(epoch_line(epoch, epochs, epoch.val_loss < best))
            best = min(best, epoch.val_loss)
            return False

        own = EpochEnd(
            epochs=epochs,
            steps=self._data.plan.steps,
            images=len(self._data.plan.split.train),
            validate=validator(self._built, self._data, proposal_of(hp).loss),
            finish=finish,
            request=StopRequest(),
        )
        with _fatal(), self._memory():
            try:
                return model.fit(
                    training_batches_of(self._data, initial_epoch),
                    steps_per_epoch=self._data.plan.steps,
                    initial_epoch=initial_epoch,
                    epochs=epochs,
                    shuffle=False,
                    verbose=0,
                    callbacks=[own, *callbacks],
                )
            except InputError as error:  # its loss was not finite; others may do better
                raise FailedTrialError(error.first_line) from error


def search(data: PreparedData, depth: int, options: TunerOptions, folder: Path) -> list[Trial]:
    """Search until the trials are done, or serve workers as their chief.

    Args:
        data: What the networks are trained on.
        depth: Of the ResNet.
        options: What is searched, and how long.
        folder: The search's.

    Returns:
        All trials; of a worker, which knows only its own, none.
    """
    networks = DensityNetworks(data, depth, options.epochs)
    try:
        tuner = make_tuner(
            options.tuner,
            networks,
            folder,
            trials=options.trials,
            epochs=options.epochs,
            seed=data.plan.machinery.seed,
        )
        tuner.search(epochs=options.epochs)
    except FatalRuntimeError as error:
        raise (error.__cause__ or error) from None
    return [] if role_here() is Role.WORKER else found_trials(tuner)
