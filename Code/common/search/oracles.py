"""Keras Tuner's oracles in this project's terms: its space and trials, files that appear whole.

A search that is ended in the middle of saving must not lose what was found. Keras Tuner writes its
files in place and has no public way to change that for trials: `_save_trial` is the one private
name of its that is used here, and a test fails if a new version drops it.
"""

import re
from pathlib import Path

import keras_tuner
from keras_tuner.engine.trial import Trial as TunersTrial
from keras_tuner.engine.trial import TrialStatus

from common.files.atomic import whole_file
from common.search.space import CHOICES, LEARNING_RATES, PARAMETERS, Proposal
from common.search.trials import Trial
from common.utils.terminal import tell


def proposal_of(hp: keras_tuner.HyperParameters) -> Proposal:
    """Read a proposal from the tuner's values."""
    return Proposal(**{name: hp.get(name) for name in PARAMETERS})


def trial_of(trial: TunersTrial) -> Trial:
    """Read a trial that has ended."""
    setting = proposal_of(trial.hyperparameters)
    if trial.status != TrialStatus.COMPLETED:
        reasons = re.findall(r"FailedTrialError: (.*)", trial.message or "")
        reason = reasons[-1] if reasons else "its score is no number"
        return Trial(trial.trial_id, setting, None, None, f"failed: {reason}")
    before = trial.hyperparameters.values.get("tuner/initial_epoch", 0)  # hyperband's rounds
    epoch = before + trial.best_step + 1
    return Trial(trial.trial_id, setting, trial.score, epoch, "completed")


def search_space() -> keras_tuner.HyperParameters:
    """Describe the search space to the tuner."""
    hp = keras_tuner.HyperParameters()
    hp.Float("learning_rate", *LEARNING_RATES, sampling="log", default=1e-4)
    for name, values in CHOICES.items():
        hp.Choice(name, list(values))
    return hp


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

    def _save_trial(self, trial: TunersTrial) -> None:
        with whole_file(self.folder / f"trial_{trial.trial_id}" / "trial.json") as beside:
            trial.save(str(beside))


class ToldTrials:
    """What is mixed into an oracle so that it tells its trials as they begin and end."""

    @keras_tuner.synchronized
    def create_trial(self, tuner_id: str) -> TunersTrial:
        """Do as Oracle.create_trial does."""
        trial = super().create_trial(tuner_id)
        if trial.status == TrialStatus.RUNNING:
            hp = trial.hyperparameters
            among = f" of {self.max_trials} in all" if self.max_trials else ""
            earlier = hp.values.get("tuner/trial_id")  # of hyperband
            goes_on = f"; goes on with trial {earlier}" if earlier else ""
            tell(f"trial {trial.trial_id}{among}: {proposal_of(hp)}{goes_on}")
        return trial

    @keras_tuner.synchronized
    def end_trial(self, trial: TunersTrial) -> None:
        """Do as Oracle.end_trial does."""
        super().end_trial(trial)
        ended = trial_of(self.trials[trial.trial_id])
        if ended.score is None:
            tell(f"trial {ended.name} {ended.status}")
        else:
            done = [one for one in self.trials.values() if one.status == TrialStatus.COMPLETED]
            best = min(done, key=lambda one: one.score)
            so_far = f"; best so far: trial {best.trial_id}, {best.score:.4f}"
            tell(f"trial {ended.name}: val_mae {ended.score:.4f} after epoch {ended.epoch}{so_far}")


# The mixins come first, so that their methods go before the oracle's own.
class Bayesian(WholeFiles, ToldTrials, keras_tuner.oracles.BayesianOptimizationOracle):
    """Proposes by a Gaussian process of the scores so far."""


class Hyperband(WholeFiles, ToldTrials, keras_tuner.oracles.HyperbandOracle):
    """Trains many a little, and the better ones on."""


class Random(WholeFiles, ToldTrials, keras_tuner.oracles.RandomSearchOracle):
    """Proposes at random."""
