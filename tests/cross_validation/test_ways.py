"""Cross_Validate.py --vary: ways of training that are compared on the same folds."""

from pathlib import Path

import pandas as pd
import pytest
from common.cross_validation.ways import folder_of
from helpers.scripts import Done, Start

pytestmark = pytest.mark.slow
WAYS = ["loss=mae", "loss=bce,augment=strong"]


@pytest.fixture(scope="module")
def validate(shallow: Path, data: Path, start: Start):
    """Return a function that cross-validates two folds with further options."""

    def validate(output: Path, *given: object) -> Done:
        return start(
            shallow / "Code" / "Cross_Validate.py", "--dataset", data, "--folds", 2,
            "--seeds", 1, "--weights", "none", "--image-size", 32, "--epochs", 1,
            "--optimizer", "sgd", "--output", output, *given,
        )  # fmt: skip

    return validate


@pytest.fixture(scope="module")
def output(validate, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("varied")
    done = validate(folder, "--vary", *WAYS)
    assert (done.returncode, done.stderr) == (0, "")
    for way in WAYS:
        assert f"{way}: weights: none; epochs: 1\n" in done.stdout
    return folder


def test_each_way_has_runs_of_its_own(output: Path) -> None:
    for way, loss, augment in zip(WAYS, ("mae", "bce"), ("standard", "strong"), strict=True):
        logs = list(output.glob(f"LR_0_0001/*-{way}/Log_Files/Res50/log0.xlsx"))
        assert len(logs) == 2
        for log in logs:
            facts = dict(pd.read_excel(log, "run", header=None).itertuples(index=False))
            assert (facts["loss function"], facts["augmentation"]) == (loss, augment)


def test_ways_are_tested_against_each_other(output: Path) -> None:
    answers = pd.read_csv(output / "predictions.csv")
    networks = answers[answers["network"] == "Res50"]
    assert networks.groupby("way").size().to_dict() == dict.fromkeys(WAYS, 12)
    maes = (networks["predicted"] - networks["density"]).abs().groupby(networks["way"]).mean()
    compared = pd.read_excel(output / "cross_validation.xlsx", "patient, differences")
    names = {f"Res50 in LR_0_0001, {way}": way for way in WAYS}
    pairs = compared[compared["first"].isin(names) & compared["second"].isin(names)]
    (row,) = pairs.to_dict("records")
    expected = maes[names[row["first"]]] - maes[names[row["second"]]]
    assert row["difference of mae"] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("ways", "told"),
    [
        (["loss=mae", "loss=mae"], "expected ways of training that differ"),
        (
            ["weigths=none"],
            "found unrecognized arguments: --weigths=none\n  Did you mean --weights?",
        ),
        (["loss=mae", "fold=2"], "found --fold\n  Give --folds instead."),
        (["loss=mae", "limit=8"], "found others with limit=8 than with loss=mae"),
    ],
)
def test_wrong_input(validate, tmp_path: Path, ways: list[str], told: str) -> None:
    done = validate(tmp_path / "none", "--vary", *ways)
    assert (done.returncode, told in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "none").exists()


def test_folders_of_long_ways_differ() -> None:
    ways = [f"{'windows,' * 40}patience={number}" for number in (3, 4)]
    names = {folder_of(way) for way in ways}
    assert len(names) == 2
    assert max(map(len, names)) < 130  # of the 255 that file systems take
