"""What this project relies on in Keras Tuner, and that a search's files appear whole."""

import json
import os
from pathlib import Path

import keras_tuner
import pytest
from common.search.tuner import make_tuner
from common.utils.errors import InputError

pytestmark = pytest.mark.slow
LIMITS = {"trials": 3, "epochs": 3, "seed": 0}


class Nothing(keras_tuner.HyperModel):
    """Builds no network: only the oracle is used."""

    def build(self, hp: keras_tuner.HyperParameters) -> None:
        """Do nothing."""


def test_the_private_name_that_is_overridden_is_still_keras_tuners() -> None:
    assert "_save_trial" in vars(keras_tuner.Oracle)
    assert "save" in vars(keras_tuner.Oracle)


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
