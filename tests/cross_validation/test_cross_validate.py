"""Cross_Validate.py: a tiny cross-validation, killed on the way; its figures computed again."""

import re
import shutil
import time
from pathlib import Path

import cv2
import keras
import numpy as np
import openpyxl
import pandas as pd
import pingouin
import pytest
from helpers.scripts import Start, begin

pytestmark = pytest.mark.slow
FOLDS = SEEDS = 2
BASELINES = {"classical model", "detected nuclei"}


@pytest.fixture(scope="session")
def command(shallow: Path, data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    options = ["--dataset", data, "--folds", FOLDS, "--seeds", SEEDS, "--weights", "none",
               "--image-size", 32, "--epochs", 2, "--optimizer", "sgd", "--at-once", 2,
               "--output", tmp_path_factory.mktemp("validated")]  # fmt: skip
    return [str(shallow / "Code" / "Cross_Validate.py"), *map(str, options)]


@pytest.fixture(scope="session")
def output(command: list[str], start: Start) -> Path:
    """Cross-validate; the first start is killed as soon as a run has finished."""
    folder = Path(command[-1])
    process = begin(Path(command[0]), *command[1:])
    while not finished_logs(folder) and process.poll() is None:
        time.sleep(0.1)
    process.kill()
    process.wait()
    before = finished_logs(folder)
    done = start(Path(command[0]), *command[1:])
    assert (done.returncode, done.stderr) == (0, "")
    assert before.items() <= finished_logs(folder).items()
    assert len(finished_logs(folder)) == FOLDS * SEEDS
    return folder


def finished_logs(folder: Path) -> dict[Path, int]:
    """Map the logs of finished runs to when they were written."""
    logs = folder.glob("LR_0_0001/*/Log_Files/Res50/log0.xlsx")
    return {
        log: log.stat().st_mtime_ns
        for log in logs
        if not (log.parents[2] / "Models" / "Res50" / "unfinished.npz").exists()
    }


@pytest.fixture(scope="session")
def answers(output: Path) -> pd.DataFrame:
    return pd.read_csv(output / "predictions.csv")


@pytest.fixture(scope="session")
def predictions(answers: pd.DataFrame) -> pd.DataFrame:
    """The network's answers; those of baselines have no folder and seed."""
    return answers[answers["network"] == "Res50"]


def test_each_field_is_answered_once_a_seed_by_who_has_not_seen_its_patient(
    predictions: pd.DataFrame, output: Path
) -> None:
    assert predictions.groupby(["seed", "field of view"]).size().eq(1).all()
    assert len(predictions) == 12 * SEEDS
    assert predictions.groupby("patient")["fold"].nunique().eq(1).all()
    for log in finished_logs(output):
        fields = pd.read_excel(log, "fields")
        answered = set(pd.read_excel(log, "answers")["field of view"])
        assert set(fields[fields["side"] == "validation"]["field of view"]) == answered
        # two of six patients are in the training part beside the one that chooses the epoch
        assert fields["side"].value_counts().to_dict() == {
            "train": 4, "chooses epoch": 2, "validation": 6}  # fmt: skip


def test_the_epoch_is_the_best_on_fields_that_are_not_reported(
    predictions: pd.DataFrame, output: Path
) -> None:
    for log in finished_logs(output):
        epochs = pd.read_excel(log, "log")
        best = epochs.loc[epochs["choice_loss"].idxmin()]
        answers = pd.read_excel(log, "answers")
        error = (answers["network"] - answers["density"]).abs().mean()
        assert error == pytest.approx(best["val_mae"], abs=1e-6)
        split, fold, seed = log.parents[2].name.split("-")
        rows = predictions[(predictions["seed"] == int(seed[4:]))
                           & (predictions["fold"] == int(fold[4:]))]  # fmt: skip
        assert (split, list(rows["field of view"])) == ("patient", list(answers["field of view"]))
        assert rows["predicted"].to_numpy() == pytest.approx(
            answers["network"].to_numpy(), abs=1e-6
        )


def test_figures_equal_those_computed_from_the_predictions(
    predictions: pd.DataFrame, output: Path
) -> None:
    book = openpyxl.load_workbook(output / "cross_validation.xlsx")
    head, *rows = book["patient"].values
    figures = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    errors = (predictions["predicted"] - predictions["density"]).abs()
    maes = errors.groupby(predictions["seed"]).mean()
    network = figures["Res50 in LR_0_0001"]
    assert float(network["mae"].split(" (")[0]) == pytest.approx(maes.mean(), abs=5e-4)
    assert network["mae, SD over seeds"] == pytest.approx(maes.std(ddof=1), abs=1e-6)
    assert float(network["icc"].split(" (")[0]) == pytest.approx(icc(predictions), abs=5e-4)
    mean = predictions.groupby("field of view")[["density", "predicted"]].mean()
    averaged = figures["Res50 in LR_0_0001, answers averaged"]["mae"]
    error = (mean["predicted"] - mean["density"]).abs().mean()
    assert float(averaged.split(" (")[0]) == pytest.approx(error, abs=5e-4)
    network = "Res50 in LR_0_0001"
    assert {*BASELINES, network} < set(figures)
    pairs = pairs_of(output)
    assert len(pairs) == len(BASELINES)
    assert all({network, one} in pairs for one in BASELINES)


def test_the_numbers_are_those_of_the_table(output: Path) -> None:
    told = pd.read_excel(output / "cross_validation.xlsx", "patient").set_index("answers")
    numbers = pd.read_excel(output / "cross_validation.xlsx", "patient, numbers")
    assert {"mae", "icc", "their coverage"} < set(numbers["metric"])
    for _, row in numbers.iterrows():
        text = told.loc[row["answers"], row["metric"]]
        if pd.isna(row["value"]):
            assert pd.isna(text)
        else:
            parts = [float(part) for part in re.findall(r"[-\d.]+", str(text))]
            found = [row[name] for name in ("value", "low", "high")][: len(parts)]
            assert found == pytest.approx(parts, abs=6e-4)
            assert len(parts) == 3 - 2 * pd.isna(row["low"])


def test_differences_from_baselines_equal_those_computed_from_the_predictions(
    answers: pd.DataFrame, output: Path
) -> None:
    assert set(answers.loc[answers["seed"].isna(), "network"]) == BASELINES
    errors = (answers["predicted"] - answers["density"]).abs().groupby(answers["network"]).mean()
    compared = pd.read_excel(output / "cross_validation.xlsx", "patient, differences")
    network = "Res50 in LR_0_0001"
    for _, row in compared.iterrows():
        sign = 1 if row["first"] == network else -1
        (baseline,) = {row["first"], row["second"]} - {network}
        expected = sign * (errors["Res50"] - errors[baseline])
        assert row["difference of mae"] == pytest.approx(expected, abs=1e-6)


def pairs_of(output: Path) -> list[set[str]]:
    """Return what was compared with what."""
    sheet = openpyxl.load_workbook(output / "cross_validation.xlsx")["patient, differences"]
    return [set(pair) for pair in sheet.iter_rows(min_row=2, max_col=2, values_only=True)]


def icc(predictions: pd.DataFrame) -> float:
    """ICC(2,1) of predictions and densities, the mean over seeds, by pingouin."""
    found = []
    for _, rows in predictions.groupby("seed"):
        long = rows.melt(["field of view"], ["density", "predicted"], "rater", "score")
        table = pingouin.intraclass_corr(long, "field of view", "rater", "score")
        found.append(
            table.set_index("Type").filter(regex=r"^ICC2$|ICC\(A,1\)", axis=0)["ICC"].iloc[0]
        )
    return sum(found) / len(found)


def test_a_second_start_trains_nothing(command: list[str], output: Path, start: Start) -> None:
    before = finished_logs(output), (output / "predictions.csv").read_bytes()
    done = start(Path(command[0]), *command[1:])
    assert len(re.findall(r"seed\d +finished", done.stdout)) == FOLDS * SEEDS
    assert (finished_logs(output), (output / "predictions.csv").read_bytes()) == before


def test_flips_are_averaged_by_the_best_models(
    command: list[str], output: Path, data: Path, tmp_path: Path, start: Start
) -> None:
    copied = shutil.copytree(output, tmp_path / "validated")
    done = start(Path(command[0]), *command[1:], "--flips", "--output", copied)
    assert (done.returncode, done.stderr) == (0, "")
    found = pd.read_csv(copied / "predictions.csv")
    single, averaged = (found[found["network"] == f"Res50{how}"] for how in ("", " with flips"))
    assert len(averaged) == len(single) == FOLDS * SEEDS * 6
    assert {"Res50 in LR_0_0001", "Res50 with flips in LR_0_0001"} in pairs_of(copied)
    rows = averaged[(averaged["fold"] == 1) & (averaged["seed"] == 1)]
    (models,) = copied.glob("LR_0_0001/*fold1-seed1/Models/Res50")
    best = max(models.glob("best_model*.h5"))  # the latest that was chosen
    model = keras.models.load_model(best, compile=False)
    for name, predicted in zip(rows["field of view"], rows["predicted"], strict=True):
        picture = cv2.imread(str(data / "rgbs" / f"{name}.png"))[..., ::-1]
        small = cv2.resize(picture, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
        views = [np.rot90(one, turns) for one in (small, small[:, ::-1]) for turns in range(4)]
        assert model.predict(np.array(views), verbose=0).mean() == pytest.approx(
            predicted, abs=1e-5
        )


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--split", "patient"], "found --split\n  Give --splits instead."),
        (["--seed", "1"], "found --seed\n  Give --seeds instead."),
        (["--splits", "patients"], "expected --splits among first-1000, patient, hospital, nucls"),
        (["--splits", "nucls"], "expected a folder train_test_splits for --split nucls"),
        (["--folds", "7"], "expected at least 7 patients for 7 folds, found 6"),
    ],
)
def test_wrong_input(
    command: list[str], start: Start, tmp_path: Path, given: list[str], told: str
) -> None:
    done = start(Path(command[0]), *command[1:], *given, "--output", tmp_path / "none")
    assert (done.returncode, told in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "none").exists()
