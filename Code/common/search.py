"""The hyper-parameter search: Keras Tuner proposes settings, each is trained for a few epochs."""

import contextlib
import math
import os
from collections.abc import Iterator
from pathlib import Path

import keras
import keras_tuner
from keras_tuner.errors import FailedTrialError, FatalRuntimeError
from keras_tuner.src.engine.stateful import Stateful
from keras_tuner.src.engine.trial import Trial as TunersTrial

from common.callbacks import EpochRows, Progress
from common.device import claim_device, strategy_of
from common.errors import InputError
from common.files import whole_file
from common.interruption import Request
from common.learning import compile_for_training, momentum_of, optimizer_of
from common.logbook import Row
from common.network import build_network
from common.precision import choose_precision
from common.prepare import Run
from common.search_plan import role
from common.search_space import CHOICES, LEARNING_RATES, PARAMETERS, Proposal
from common.training import training_batches_of, validation_of
from common.trials import Trial

_OBJECTIVE = keras_tuner.Objective("val_mae", "min")
_TUNERS = {
    "bayesian": keras_tuner.BayesianOptimization,
    "hyperband": keras_tuner.Hyperband,
    "random": keras_tuner.RandomSearch,
}


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
        self._run, self._epochs, self.seed = run, epochs, run.options.seed
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


def proposal_of(hp: keras_tuner.HyperParameters) -> Proposal:
    """Read a proposal from the tuner's values."""
    return Proposal(**{name: hp.get(name) for name in PARAMETERS})


def space() -> keras_tuner.HyperParameters:
    """Describe the search space to the tuner."""
    hp = keras_tuner.HyperParameters()
    hp.Float("learning_rate", *LEARNING_RATES, sampling="log", default=1e-4)
    for name, values in CHOICES.items():
        hp.Choice(name, list(values))
    return hp


def make_tuner(
    kind: str, networks: DensityNetworks, folder: Path, trials: int, epochs: int
) -> keras_tuner.Tuner:
    """Make one of TUNERS; what was found in `folder` before counts."""
    _let_reload(folder)
    limits = {"max_epochs": epochs} if kind == "hyperband" else {"max_trials": trials}
    tuner = _TUNERS[kind](
        networks,
        objective=_OBJECTIVE,
        hyperparameters=space(),
        max_consecutive_failed_trials=trials + 1,  # high learning rates may fail in a row
        seed=networks.seed + 1 if networks.seed < 2**31 else networks.seed,  # 0 would be none
        directory=folder.parent,
        project_name=folder.name,
        **limits,
    )
    oracle = tuner.oracle
    if isinstance(oracle, keras_tuner.Oracle):  # a worker of a chief has none of its own
        # A start that is ended in the middle of saving must not lose what was found.
        oracle.save = lambda: _save_whole(oracle, oracle._get_oracle_fname())
        oracle._save_trial = lambda trial: _save_whole(
            trial, os.path.join(oracle._get_trial_dir(trial.trial_id), "trial.json")
        )
    return tuner


def _let_reload(folder: Path) -> None:
    """Have Keras Tuner go on, whether the search was begun alone or by a chief.

    It looks for a file of its own name, which holds nothing, before it reads what was found.
    """
    if role() != "worker" and (folder / "oracle.json").exists():
        name = os.environ.get("KERASTUNER_TUNER_ID", "tuner0")
        with whole_file(folder / f"{name}.json") as beside:
            beside.write_text("{}")


def _save_whole(part: Stateful, path: str) -> None:
    with whole_file(Path(path)) as beside:
        Stateful.save(part, str(beside))


def search(run: Run, folder: Path) -> list[Trial]:
    """Search until the trials are done, or serve workers as their chief; return all trials.

    A worker, which knows only its own, returns none.
    """
    options = run.options
    networks = DensityNetworks(run, options.epochs)
    try:
        tuner = make_tuner(options.tuner, networks, folder, options.trials, options.epochs)
        tuner.search(epochs=options.epochs)
    except FatalRuntimeError as error:
        raise (error.__cause__ or error) from None
    return [] if role() == "worker" else _found(tuner)


def _found(tuner: keras_tuner.Tuner) -> list[Trial]:
    """List the trials that have ended."""
    ended = [tuner.oracle.trials[name] for name in tuner.oracle.end_order]
    return [_trial(trial) for trial in ended]


def _trial(trial: TunersTrial) -> Trial:
    setting = proposal_of(trial.hyperparameters)
    if trial.score is None:
        reason = (trial.message or "").strip().splitlines()[-2:]
        return Trial(trial.trial_id, setting, None, None, f"failed: {' '.join(reason)}")
    before = trial.hyperparameters.values.get("tuner/initial_epoch", 0)  # hyperband's rounds
    epoch = before + trial.best_step + 1
    return Trial(trial.trial_id, setting, trial.score, epoch, "completed")
