"""What this project relies on in Keras Tuner, and that a search's files appear whole."""

import json
import os
import re
from itertools import cycle
from pathlib import Path

import keras_tuner
import pytest
from common.search.tuner import found_trials, make_tuner
from common.utils.errors import InputError
from keras_tuner.errors import FailedTrialError

pytestmark = pytest.mark.slow
LIMITS = {"trials": 3, "epochs": 3, "seed": 0}


class Nothing(keras_tuner.HyperModel):
    """Builds no network: only the oracle is used."""

    def build(self, hp: keras_tuner.HyperParameters) -> None:
        """Do nothing."""


def test_the_private_names_that_are_used_are_still_keras_tuners() -> None:
    assert "_save_trial" in vars(keras_tuner.Oracle)
    assert "save" in vars(keras_tuner.Oracle)
    assert hasattr(keras_tuner.src.config, "DEBUG")


@pytest.mark.parametrize("kind", ["random", "bayesian", "hyperband"])
def test_a_file_that_cannot_be_finished_leaves_the_one_before(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "search"
    tuner = make_tuner(kind, Nothing(), folder, **LIMITS)
    trial = tuner.oracle.create_trial("tuner0")
    path = folder / f"trial_{trial.trial_id}" / "trial.json"
    before = path.read_text()
    assert json.loads(before)["trial_id"] == trial.trial_id

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        tuner.oracle.update_trial(trial.trial_id, {"val_mae": 0.5})
    monkeypatch.undo()
    assert path.read_text() == before
    assert [one.name for one in path.parent.iterdir()] == ["trial.json"]
    tuner.oracle.save()
    assert json.loads((folder / "oracle.json").read_text())


@pytest.mark.parametrize("content", ["", '{"ongoing_trials"', "{}", "[]", "[" * 100_000])
def test_a_damaged_search_is_told(content: str, tmp_path: Path) -> None:
    folder = tmp_path / "search"
    tuner = make_tuner("random", Nothing(), folder, **LIMITS)
    tuner.oracle.create_trial("tuner0")
    tuner.oracle.save()
    (folder / "oracle.json").write_text(content)
    with pytest.raises(InputError, match="a search that Keras Tuner can go on with, found"):
        make_tuner("random", Nothing(), folder, **LIMITS)


@pytest.mark.parametrize("kind", ["random", "hyperband"])
def test_trials_that_fail_are_told_in_a_line_and_do_not_end_the_search(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every other one fails, for a reason of ours or by its score; there are more than --trials."""
    tuner = make_tuner(kind, Nothing(), tmp_path / "search", **LIMITS)
    outcomes = cycle([0.5, float("nan"), FailedTrialError("expected a finite loss, found nan")])

    def run_trial(*_: object) -> float:
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    tuner.run_trial = run_trial
    tuner.search()
    out, errors = capsys.readouterr()
    assert errors == ""
    begun, ended, *_ = out.splitlines()
    assert re.match(r"trial 0+( of 3 in all)?: learning rate ", begun)
    assert re.match(
        r"trial 0+: val_mae 0.5000 after epoch 1; best so far: trial 0+, 0.5000$", ended
    )
    assert "failed: its score is no number\n" in out
    assert "failed: expected a finite loss, found nan\n" in out
    trials = found_trials(make_tuner(kind, Nothing(), tmp_path / "search", **LIMITS))
    assert [trial.score for trial in trials[:3]] == [0.5, None, None]
    assert capsys.readouterr().out == ""  # nothing of Keras Tuner's reading it again
