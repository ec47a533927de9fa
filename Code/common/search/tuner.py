"""Keras Tuner's tuners, which go on with what was found before."""

import contextlib
import io
import os
import sys
from pathlib import Path

import keras_tuner
from keras_tuner.errors import FatalError
from keras_tuner.src import config

from common.files.atomic import whole_file
from common.search.oracles import Bayesian, Hyperband, Random, search_space, trial_of
from common.search.role import Role, role_here
from common.search.trials import Trial
from common.utils.errors import InputError


class _HyperbandTuner(keras_tuner.Hyperband):
    """Hyperband's tuner, which goes on with the weights of earlier rounds, for a given oracle."""

    def __init__(self, oracle: keras_tuner.Oracle, **arguments: object) -> None:
        # Past Hyperband's own, which makes an oracle of Keras Tuner's, with files written in place.
        keras_tuner.Tuner.__init__(self, oracle, **arguments)


# What Keras Tuner raises when it reads oracle.json and the trials.
_DAMAGED = (ValueError, KeyError, TypeError, AttributeError, RuntimeError, FileNotFoundError)
_KINDS = {
    "bayesian": (Bayesian, keras_tuner.Tuner),
    "hyperband": (Hyperband, _HyperbandTuner),
    "random": (Random, keras_tuner.Tuner),
}


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

    Raises:
        InputError: What is in `folder` is damaged, or of another version of Keras Tuner.
    """
    if role_here() is not Role.WORKER:
        _let_reload(folder)
    oracle, make = _make_oracle(kind, trials, epochs, seed), _KINDS[kind][1]
    oracle.folder, oracle.verbose = folder, 0  # it tells its trials in our words
    place = {"directory": folder.parent, "project_name": folder.name}
    config.DEBUG = False  # or it prints a traceback for each trial that fails
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # it tells what it reads again
            return make(oracle=oracle, hypermodel=networks, **place)
    except FatalError:  # of building a network, not of reading
        raise
    except _DAMAGED as error:
        expected, found = "a search that Keras Tuner can go on with", str(error).strip()
        remedy = "Move the folder away, or give --output DIR."
        raise InputError(expected, found.partition("\n")[0], folder, remedy) from error


def _make_oracle(kind: str, trials: int, epochs: int, seed: int) -> keras_tuner.Oracle:
    limits = {"max_epochs": epochs} if kind == "hyperband" else {"max_trials": trials}
    limits["max_consecutive_failed_trials"] = sys.maxsize  # high learning rates may fail in a row
    return _KINDS[kind][0](
        objective=keras_tuner.Objective("val_mae", "min"),
        hyperparameters=search_space(),
        seed=seed + 1 if seed < 2**31 else seed,  # 0 would be none
        **limits,
    )


def _let_reload(folder: Path) -> None:
    """Have Keras Tuner go on, whether the search was begun alone or by a chief.

    It looks for a file of its own name, which holds nothing, before it reads what was found.
    """
    if (folder / "oracle.json").exists():
        name = os.environ.get("KERASTUNER_TUNER_ID", "tuner0")
        with whole_file(folder / f"{name}.json") as beside:
            beside.write_text("{}")


def found_trials(tuner: keras_tuner.Tuner) -> list[Trial]:
    """List the trials that have ended."""
    return [trial_of(tuner.oracle.trials[name]) for name in tuner.oracle.end_order]
