"""Keras Tuner's oracles and tuners, with files that appear whole.

A search that is ended in the middle of saving must not lose what was found. Keras Tuner writes its
files in place and has no public way to change that for trials: `_save_trial` is the one private
name of its that is used here, and a test fails if a new version drops it.
"""

import os
from pathlib import Path

import keras_tuner
from keras_tuner.engine.trial import Trial
from keras_tuner.errors import FatalError

from common.files.atomic import whole_file
from common.utils.errors import InputError


class WholeFiles:
    """What is mixed into an oracle so that its files appear whole.

    Attributes:
        folder: The search's.
    """

    folder: Path

    def save(self) -> None:
        """Write oracle.json as Oracle.save does, through the state's own save."""
        with whole_file(self.folder / "oracle.json") as beside:
            # Past Oracle.save, which takes no name, to the class above it, which writes to any.
            super(keras_tuner.Oracle, self).save(str(beside))

    def _save_trial(self, trial: Trial) -> None:
        with whole_file(self.folder / f"trial_{trial.trial_id}" / "trial.json") as beside:
            trial.save(str(beside))


# WholeFiles comes first in each, so that its methods go before the oracle's own.
class _Bayesian(WholeFiles, keras_tuner.oracles.BayesianOptimizationOracle):
    pass


class _Hyperband(WholeFiles, keras_tuner.oracles.HyperbandOracle):
    pass


class _Random(WholeFiles, keras_tuner.oracles.RandomSearchOracle):
    pass


class _HyperbandTuner(keras_tuner.Hyperband):
    """Hyperband's tuner, which goes on with the weights of earlier rounds, for a given oracle."""

    def __init__(self, oracle: keras_tuner.Oracle, **arguments: object) -> None:
        # Past Hyperband's own, which makes an oracle of Keras Tuner's, with files written in place.
        keras_tuner.Tuner.__init__(self, oracle, **arguments)


# What Keras Tuner raises when it reads oracle.json and the trials.
_DAMAGED = (ValueError, KeyError, TypeError, AttributeError, RuntimeError, FileNotFoundError)
_KINDS = {
    "bayesian": (_Bayesian, keras_tuner.Tuner),
    "hyperband": (_Hyperband, _HyperbandTuner),
    "random": (_Random, keras_tuner.Tuner),
}


def make_keras_tuner(
    kind: str, networks: keras_tuner.HyperModel, folder: Path, **arguments: object
) -> keras_tuner.Tuner:
    """Make a tuner whose files appear whole; what was found in `folder` before counts.

    Args:
        kind: One of search.options.TUNERS.
        networks: What builds and trains a trial's network.
        folder: The search's.
        **arguments: Of the oracle.

    Raises:
        InputError: What is in `folder` is damaged, or of another version of Keras Tuner.
    """
    make_oracle, make_tuner = _KINDS[kind]
    oracle = make_oracle(**arguments)
    oracle.folder = folder
    try:
        return make_tuner(
            oracle=oracle, hypermodel=networks, directory=folder.parent, project_name=folder.name
        )
    except FatalError:  # of building a network, not of reading
        raise
    except _DAMAGED as error:
        reason = str(error).strip().partition("\n")[0]
        remedy = "Move the folder away, or give --output DIR."
        raise InputError(
            "a search that Keras Tuner can go on with", reason, folder, remedy
        ) from error


def let_reload(folder: Path) -> None:
    """Have Keras Tuner go on, whether the search was begun alone or by a chief.

    It looks for a file of its own name, which holds nothing, before it reads what was found.
    """
    if (folder / "oracle.json").exists():
        name = os.environ.get("KERASTUNER_TUNER_ID", "tuner0")
        with whole_file(folder / f"{name}.json") as beside:
            beside.write_text("{}")
