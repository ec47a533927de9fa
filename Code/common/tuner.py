"""Keras Tuner for a search: its space, its files whole, what it has found."""

import os
from pathlib import Path

import keras_tuner
from keras_tuner.src.engine.stateful import Stateful
from keras_tuner.src.engine.trial import Trial as TunersTrial

from common.files import whole_file
from common.search_plan import role
from common.search_space import CHOICES, LEARNING_RATES, PARAMETERS, Proposal
from common.trials import Trial

_OBJECTIVE = keras_tuner.Objective("val_mae", "min")
_TUNERS = {
    "bayesian": keras_tuner.BayesianOptimization,
    "hyperband": keras_tuner.Hyperband,
    "random": keras_tuner.RandomSearch,
}


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
    """Make one of TUNERS; what was found in `folder` before counts."""
    _let_reload(folder)
    limits = {"max_epochs": epochs} if kind == "hyperband" else {"max_trials": trials}
    tuner = _TUNERS[kind](
        networks,
        objective=_OBJECTIVE,
        hyperparameters=_space(),
        max_consecutive_failed_trials=trials + 1,  # high learning rates may fail in a row
        seed=seed + 1 if seed < 2**31 else seed,  # 0 would be none
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


def found(tuner: keras_tuner.Tuner) -> list[Trial]:
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
