"""The search space for Keras Tuner, and what it has found."""

from pathlib import Path

import keras_tuner
from keras_tuner.engine.trial import Trial as TunersTrial

from common.search.oracles import let_reload, make_keras_tuner
from common.search.role import Role, role_here
from common.search.space import CHOICES, LEARNING_RATES, PARAMETERS, Proposal
from common.search.trials import Trial
from common.utils.terminal import is_quiet


def proposal_of(hp: keras_tuner.HyperParameters) -> Proposal:
    """Read a proposal from the tuner's values."""
    return Proposal(**{name: hp.get(name) for name in PARAMETERS})


def _space() -> keras_tuner.HyperParameters:
    """Describe the search space to the tuner."""
    hp = keras_tuner.HyperParameters()
    hp.Float("learning_rate", *LEARNING_RATES, sampling="log", default=1e-4)
    for name, values in CHOICES.items():
        hp.Choice(name, list(values))
    return hp


def make_tuner(
    kind: str,
    networks: keras_tuner.HyperModel,
    folder: Path,
    *,
    trials: int,
    epochs: int,
    seed: int,
) -> keras_tuner.Tuner:
    """Make a tuner; what was found in `folder` before counts.

    Args:
        kind: One of search.options.TUNERS.
        networks: What builds and trains a trial's network.
        folder: The search's.
        trials: How many in all; hyperband derives it from `epochs`.
        epochs: That a trial trains, at most.
        seed: Of the proposals.
    """
    if role_here() is not Role.WORKER:
        let_reload(folder)
    limits = {"max_epochs": epochs} if kind == "hyperband" else {"max_trials": trials}
    tuner = make_keras_tuner(
        kind,
        networks,
        folder,
        objective=keras_tuner.Objective("val_mae", "min"),
        hyperparameters=_space(),
        max_consecutive_failed_trials=trials + 1,  # high learning rates may fail in a row
        seed=seed + 1 if seed < 2**31 else seed,  # 0 would be none
        **limits,
    )
    if role_here() is not Role.WORKER:  # whose chief prints the trials
        tuner.oracle.verbose = int(not is_quiet())
    return tuner


def found_trials(tuner: keras_tuner.Tuner) -> list[Trial]:
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
