"""A run with the options for small data sets, and Evaluate.py on it, against plain Keras."""

import csv
import json
import re
import shlex
import shutil
from pathlib import Path
from types import SimpleNamespace

import cv2
import h5py
import keras
import numpy as np
import pytest
from common.evaluation.predictions import evaluate_predicted
from helpers.scripts import Start, run
from openpyxl import load_workbook
from sklearn import metrics
from torchstain.numpy.normalizers import NumpyMacenkoNormalizer

pytestmark = pytest.mark.slow

SIZE, EPOCHS = 64, 3


@pytest.fixture(scope="module")
def evaluated(project: Path, sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train with a cosine schedule, cross-entropy, weights, stain jitter and windows; evaluate."""
    folder = tmp_path_factory.mktemp("evaluated")
    data, output = shutil.copytree(sample, folder / "PsAreTruth_E"), folder / "output"
    options = (
        f"--weights none --image-size {SIZE} --epochs {EPOCHS} --batch-size 8 --optimizer sgd "
        "--schedule cosine --loss bce --weight-by-count --augment strong --windows "
        "--stain macenko"
    )
    script = project / "LR_0_00001" / "Res50.py"
    done = run(script, "--dataset", data, "--output", output, *options.split())
    assert done.returncode == 0, done.stderr
    moved = folder / "Other"
    shutil.copytree(sample, moved)
    for more in ([], ["--flips"], ["--dataset", data, "--include-training"]):
        done = run(project / "Code" / "Evaluate.py", log_of(output), *more)
        assert done.returncode == 0, done.stderr
    assert "8 of 12 fields were seen in training: evaluated all the same" in done.stdout
    done = run(project / "Code" / "Evaluate.py", log_of(output), "--dataset", moved)
    assert "8 of 12 fields were seen in training: left out (--include-training)" in done.stdout
    # Another data set of the same name: fewer fields.
    namesake = shutil.copytree(moved, folder / "elsewhere" / "Other")
    for path in (*sorted(namesake.glob("*/*"))[::12], namesake / "test.json"):
        path.unlink(missing_ok=True)
    done = run(project / "Code" / "Evaluate.py", log_of(output), "--dataset", namesake)
    assert done.returncode == 2, done.stdout
    found = f"expected no evaluation of another data set, found that of {moved} in "
    assert found in done.stderr
    return folder


@pytest.fixture(scope="module")
def run_data(evaluated: Path) -> Path:
    return evaluated / "PsAreTruth_E"


@pytest.fixture(scope="module")
def output(evaluated: Path) -> Path:
    return evaluated / "output"


def log_of(output: Path) -> Path:
    return output / "Log_Files" / "Res50" / "log0.xlsx"


def sheet(output: Path, name: str) -> list[dict]:
    header, *rows = load_workbook(log_of(output))[name].values
    return [dict(zip(header, row, strict=True)) for row in rows]


def best_epoch(output: Path) -> dict:
    return min(sheet(output, "log"), key=lambda row: row["val_loss"])


def predictions(output: Path, suffix: str = "") -> list[dict[str, str]]:
    with (output / "Graphs" / "Res50" / f"predictions{suffix}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def vectors(output: Path, suffix: str = "") -> tuple[np.ndarray, np.ndarray]:
    rows = predictions(output, suffix)
    return tuple(np.array([float(row[name]) for row in rows]) for name in ("density", "predicted"))


def stained(picture: np.ndarray, facts: dict) -> np.ndarray:
    """Macenko's method by torchstain with the target that the log keeps."""
    normaliser = NumpyMacenkoNormalizer()
    for name, value in json.loads(facts["stain values"]).items():
        setattr(normaliser, name, np.array(value))
    return normaliser.normalize(picture)[0]


def plain_answers(output: Path, data: Path, turned: int = 0, flipped: bool = False) -> np.ndarray:
    """Answers of the best model to the evaluated fields, by Keras and OpenCV alone."""
    best = best_epoch(output)
    (model,) = (output / "Models" / "Res50").glob(f"best_model{best['epoch']:02d}-*.h5")
    pictures = []
    for row in predictions(output):
        picture = cv2.imread(str(data / "rgbs" / f"{row['field of view']}.png"))[..., ::-1]
        picture = cv2.resize(picture, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
        picture = stained(picture, dict(load_workbook(log_of(output))["run"].values))
        pictures.append(np.rot90(picture[:, ::-1] if flipped else picture, turned))
    return keras.models.load_model(model).predict(np.stack(pictures).astype(float), verbose=0)[:, 0]


def test_predictions_are_those_of_plain_keras_on_the_validation_side(
    output: Path, run_data: Path
) -> None:
    validation = [row for row in sheet(output, "fields") if row["side"] == "validation"]
    names = [row["field of view"] for row in predictions(output)]
    assert names == [row["field of view"] for row in validation]
    assert len(names) == 4
    np.testing.assert_allclose(vectors(output)[1], plain_answers(output, run_data), atol=1e-5)


def test_flips_are_the_mean_over_eight_views(output: Path, run_data: Path) -> None:
    views = [plain_answers(output, run_data, *view) for view in np.ndindex(4, 2)]
    np.testing.assert_allclose(vectors(output, "-flips")[1], np.mean(views, axis=0), atol=1e-5)


def test_val_loss_is_the_cross_entropy_of_the_predictions(output: Path) -> None:
    true, predicted = vectors(output)
    entropy = -(true * np.log(predicted) + (1 - true) * np.log(1 - predicted)).mean()
    assert best_epoch(output)["val_loss"] == pytest.approx(entropy, abs=1e-4)


def test_evaluation_holds_the_figures_of_the_predictions(output: Path) -> None:
    true, predicted = vectors(output)
    graphs = output / "Graphs" / "Res50"
    summary = json.loads((graphs / "evaluation.json").read_text())
    figures = {name: figure["value"] for name, figure in summary["figures"].items()}
    assert figures["mae"] == pytest.approx(metrics.mean_absolute_error(true, predicted), abs=1e-5)
    assert figures["r2"] == pytest.approx(metrics.r2_score(true, predicted), abs=1e-3)
    assert figures["pearson_r"] == pytest.approx(np.corrcoef(true, predicted)[0, 1], abs=1e-3)
    assert summary["synthetic"] is True
    assert summary["fields"] == 4
    for name in ("predicted", "bland_altman", "error_by_nuclei", "worst_fields", "calibration"):
        assert cv2.imread(str(graphs / f"{name}.png")).std() > 5


def test_a_report_shows_what_evaluations_have_left(project: Path, output: Path) -> None:
    done = run(project / "Code" / "Report.py", log_of(output))
    assert (done.returncode, done.stderr) == (0, "")
    page = (output / "Graphs" / "Res50" / "report.html").read_text()
    graphs = list((output / "Graphs" / "Res50").glob("*.png"))
    shown = [one for one in graphs if not re.fullmatch(r"loss\.png|mae\.png", one.name)]
    assert page.count("data:image/png") == len(shown) > 15
    assert "graphs of evaluation" not in page
    summary = json.loads((output / "Graphs" / "Res50" / "evaluation.json").read_text())
    assert f">{summary['figures']['mae']['value']:.3f}<" in page  # of one patient: no interval
    (external,) = re.findall(r"CLAIM 33</td>.*?</tr>", page)
    assert "Data set Other: mae" in external
    assert "PsAreTruth_E" not in external  # fields seen in training are among them


def test_a_model_keeps_the_interval_that_its_evaluation_tells(output: Path) -> None:
    """Of the four validation fields, those of a patient who also trains do not count."""
    sides = {side: [row["field of view"] for row in sheet(output, "fields") if row["side"] == side]
             for side in ("train", "validation")}  # fmt: skip
    trained, new = ({name[:12] for name in sides[side]} for side in ("train", "validation"))
    (model,) = (output / "Models" / "Res50").glob(f"best_model{best_epoch(output)['epoch']:02d}-*")
    with h5py.File(model) as file:
        kept = {name: file.attrs[name] for name in file.attrs if name.startswith("interval ")}
    summary = json.loads((output / "Graphs" / "Res50" / "evaluation.json").read_text())
    told = summary["intervals"]
    assert kept["interval patients"] == str(len(new - trained)) == str(told["interval patients"])
    assert kept["interval half-width"] == "1.0"
    assert kept["interval fields chose the epoch"] == "yes"
    assert "and 9 patients are needed for 90%" in told["told"]
    assert told["coverage by promise"]["0.9"]["value"] == 1
    elsewhere = json.loads((output / "Graphs" / "Res50" / "evaluation-Other.json").read_text())
    found = elsewhere["intervals"]["coverage by promise"]["0.9"]
    assert (found["value"], found["reason"]) == (None, "no fields of new patients")


def test_another_data_set_is_evaluated_whole(output: Path) -> None:
    assert len(predictions(output, "-PsAreTruth_E-with-training")) == 12


def test_training_fields_are_recognised_at_another_place(output: Path) -> None:
    """The data set was copied: its training fields are left out, the others are the run's."""
    names = [row["field of view"] for row in predictions(output, "-Other")]
    assert names == [row["field of view"] for row in predictions(output)]


def test_learning_rate_rises_to_the_folders_and_falls_to_zero(output: Path) -> None:
    rates = [row["learning_rate"] for row in sheet(output, "log")]
    assert rates[0] > rates[1] > rates[2]
    assert rates[0] < 0.00001
    assert rates[2] == pytest.approx(0, abs=1e-7)


def test_baselines_are_those_of_the_split(output: Path) -> None:
    fields = sheet(output, "fields")
    sides = {
        side: np.array([row["tumour"] / row["total"] for row in fields if row["side"] == side])
        for side in ("train", "validation")
    }
    rows = {row["answers"]: row for row in sheet(output, "baselines")}
    for name, answer in (("mean", sides["train"].mean()), ("median", np.median(sides["train"]))):
        error = np.abs(sides["validation"] - answer)
        assert rows[f"training {name}"]["val_mae"] == pytest.approx(error.mean())
        assert rows[f"training {name}"]["val_rmse"] == pytest.approx((error**2).mean() ** 0.5)
    assert 0 <= rows["classical model"]["val_mae"] <= 1
    best = best_epoch(output)
    assert rows[f"network, epoch {best['epoch']}"]["val_mae"] == best["val_mae"]


def test_run_sheet_tells_the_options(output: Path) -> None:
    facts = dict(load_workbook(log_of(output))["run"].values)
    assert facts["loss function"] == "bce"
    assert facts["schedule"] == "cosine"
    assert facts["augmentation"] == "strong"
    assert facts["stain"] == "macenko"
    train = [row["field of view"] for row in sheet(output, "fields") if row["side"] == "train"]
    assert facts["stain target"] in train
    assert facts["weighted by count"] == facts["windows"] == "yes"


def test_missing_model_and_wrong_logs_are_named(
    output: Path, project: Path, start: Start, tmp_path: Path
) -> None:
    evaluate = project / "Code" / "Evaluate.py"
    moved = tmp_path / "Log_Files" / "Res50" / "log0.xlsx"
    moved.parent.mkdir(parents=True)
    moved.write_bytes(log_of(output).read_bytes())
    for log, expected in (
        (moved, "expected the model of the best epoch, found no such file"),
        (tmp_path / "other.xlsx", "expected a run's Log_Files/<network>/log0.xlsx"),
        (moved.with_name("log1.xlsx"), "expected a log of a network script"),
    ):
        done = start(evaluate, log)
        assert done.returncode == 2
        assert done.stderr.startswith(f"error: {expected}")
        assert "Traceback" not in done.stderr


def test_replaced_content_is_refused(
    output: Path, run_data: Path, start: Start, tmp_path: Path
) -> None:
    """Names are as before, and so are sizes; what is answered would be another question."""
    data, copy = tmp_path / "PsAreTruth_E", tmp_path / "output"
    shutil.copytree(run_data, data)
    shutil.copytree(output, copy)
    log, run_sheet = log_of(copy), load_workbook(log_of(copy))
    for cell in run_sheet["run"]["A"]:
        if cell.value == "data set":
            cell.offset(column=1).value = str(data)
    run_sheet.save(log)
    _, script, *options = shlex.split(dict(load_workbook(log_of(output))["run"].values)["command"])
    again = [Path(script), *options, "--dataset", data, "--output", copy]
    evaluate = Path(script).parents[1] / "Code" / "Evaluate.py", log
    assert start(*again).stdout.splitlines()[-1].startswith("finished already")

    picture = data / "rgbs" / f"{predictions(output)[0]['field of view']}.png"
    cv2.imwrite(str(picture), cv2.imread(str(picture))[:, ::-1])
    done = start(*again)
    assert done.returncode == 2
    assert "earlier run, found pictures: " in done.stderr
    done = start(*evaluate)
    assert done.returncode == 2
    assert "expected the pictures that the run was shown" in done.stderr

    shutil.copy(run_data / "rgbs" / picture.name, picture)
    model = next((copy / "Models" / "Res50").glob(f"*{best_epoch(output)['epoch']:02d}-*.h5"))
    with h5py.File(model, "r+") as file:
        file.attrs["epoch"] = 77  # another epoch's model under the best one's name
    done = start(*evaluate)
    assert done.returncode == 2
    assert ", where the run there has '77', in " in done.stderr
    with h5py.File(model, "r+") as file:
        file.attrs["epoch"] = best_epoch(output)["epoch"]
        file.attrs["seed"] = "7"
    done = start(*evaluate)
    assert done.returncode == 2
    assert "found seed: '0', where the run there has '7', in " in done.stderr


def test_predictions_of_pictures_that_all_failed_have_nothing_to_evaluate(tmp_path: Path) -> None:
    table = tmp_path / "predictions.csv"
    table.write_text("file,density,true density,notes\na.png,,,failed: expected a whole picture\n")
    job = SimpleNamespace(table=table, labels={"a": None})
    assert evaluate_predicted(job) == [
        "no labelled picture could be read: there is nothing to evaluate"
    ]
