"""Cross_Validate.py --vary: ways of training that are compared on the same folds."""

import re
from pathlib import Path

import h5py
import pandas as pd
import pytest
from common.cross_validation.ways import folder_of, options_of
from common.utils.errors import InputError
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


def test_a_way_that_fails_leaves_the_others_their_page(validate, tmp_path: Path) -> None:
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file:  # weights, but of no ResNet
        file.attrs["layer_names"] = [b"dense"]
        file.create_group("dense").attrs["weight_names"] = []
    done = validate(tmp_path / "out", "--vary", "loss=mae", f"weights={other}")
    assert done.returncode == 1
    left_out = f"left out: Res50 in LR_0_0001, weights={other}, by patient: 2 of 2 runs have not"
    assert left_out in done.stdout
    assert left_out in (tmp_path / "out" / "cross_validation.html").read_text()
    answers = pd.read_csv(tmp_path / "out" / "predictions.csv")
    assert set(answers["way"].dropna()) == {"loss=mae"}


def test_one_way_is_compared_with_the_options_as_they_are_and_sizes_cost_what_they_do(
    validate, tmp_path: Path
) -> None:
    done = validate(tmp_path, "--vary", "image-size=64", "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    runs = re.findall(
        r"^Res50 in LR_0_0001, patient-(fold\d-seed0\S*)  +to run$", done.stdout, re.M
    )
    ways = ("", "-image-size=64")
    assert runs == [f"fold{fold}-seed0{way}" for way in ways for fold in (1, 2)]
    # two epochs of 32 px, and two of four times the operations
    assert "as much as 10 epochs of Res50 at 32 px" in done.stdout


@pytest.mark.parametrize(
    ("ways", "told"),
    [
        (["loss=mae,optimizer=sgd", "loss=mae"], "expected --vary of ways of training that differ"),
        (["weigths=none"], "found weigths in --vary weigths=none\n  Did you mean weights?"),
        (["loss=foo"], "choose from 'mse', 'bce', 'mae') in --vary loss=foo\n"),
        (["loss=mae,loss=bce"], "expected each option once, found loss 2 times in --vary loss="),
        (["raters=consensus,loss=mae", "limit=8"], "of pictures, training and learning"),
    ],
)
def test_wrong_input(validate, tmp_path: Path, ways: list[str], told: str) -> None:
    done = validate(tmp_path / "none", "--vary", *ways)
    assert (done.returncode, told in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "none").exists()


# What the cross-validation gives itself, what is not of training, and what is no training.
@pytest.mark.parametrize(
    "option",
    [
        *("split=patient", "fold=1", "folds=2", "seed=0", "choose-epoch=validation"),
        *("output=x", "folder=LR_0_001", "again", "cache=x", "help", "version", "quiet"),
        *("dataset=x", "sample", "limit=8", "counts=x", "skip-bad-fields", "level=raw"),
    ],
)
def test_a_way_is_of_pictures_training_and_learning_only(option: str) -> None:
    with pytest.raises(InputError, match="pictures, training and learning"):
        options_of(f"loss=mae,{option}")


def test_ways_have_folders_of_their_own_whatever_their_names() -> None:
    long = [f"{'windows,' * 40}patience={number}" for number in (3, 4)]
    ways = [*long, "weights=a/b.h5", "weights=a_b.h5", "weights=A_b.h5"]
    names = [folder_of(way) for way in ways]
    assert len({name.casefold() for name in names}) == len(ways)
    assert max(map(len, names)) < 60  # Windows takes paths of 260
