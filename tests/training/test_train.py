"""A run of Res50.py in LR_0_0001: its log, models and graphs, read as a user reads them."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import cv2
import h5py
import numpy as np
import openpyxl
import pytest
from helpers.scripts import run, run_anew

pytestmark = pytest.mark.slow

EPOCHS = 2
FIGURES = ["loss", "mae", "mse", "rmse", "msle", "cosine", "spread"]
COLUMNS = ["epoch", "learning_rate", *FIGURES, *(f"val_{figure}" for figure in FIGURES),
           "seconds", "images_per_second"]  # fmt: skip
# Run where nothing of the project can be imported: prints the densities of the pictures.
PREDICT = """
import sys, cv2, keras, numpy as np
model = keras.models.load_model(sys.argv[1])
size = model.input_shape[1]
pictures = [cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB) for path in sys.argv[2:]]
small = [cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA) for picture in pictures]
print("densities", *model.predict(np.stack(small).astype("float32"), verbose=0)[:, 0].tolist())
"""


@pytest.fixture(scope="module")
def trained(
    project: Path, sample: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Run twice with the same command, the second time --again, with the first one's batch."""
    folder = tmp_path_factory.mktemp("trained")
    data = shutil.copytree(sample, folder / "PsAreTruth_E")
    command = ["--dataset", data, "--weights", "none", "--image-size", 32, "--batch-size", 3,
               "--epochs", EPOCHS, "--output", folder / "output"]  # fmt: skip
    for start, more in ((run_anew, []), (run, ["--again", "--batch-size", "auto"])):
        done = start(project / "LR_0_0001" / "Res50.py", *command, *more)
        assert (done.returncode, done.stderr) == (0, "")
    assert "8 train, 4 validate" in done.stdout
    assert "device: CPU" in done.stdout
    yield folder
    shutil.rmtree(folder)  # nearly a gigabyte


@pytest.fixture(scope="module")
def run_data(trained: Path) -> Path:
    return trained / "PsAreTruth_E"


@pytest.fixture(scope="module")
def output(trained: Path) -> Path:
    return trained / "output"


def read_sheet(path: Path, sheet: str) -> list[tuple]:
    return list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))


def read_rows(path: Path) -> list[dict[str, float]]:
    header, *rows = read_sheet(path, "log")
    assert list(header) == COLUMNS
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def rows(output: Path) -> list[dict[str, float]]:
    return read_rows(output / "Log_Files" / "Res50" / "log0.xlsx")


def best(rows: list[dict[str, float]]) -> dict[str, float]:
    return sorted(rows, key=lambda row: row["val_loss"])[0]


def test_log_has_a_row_an_epoch(rows: list[dict[str, float]]) -> None:
    assert [row["epoch"] for row in rows] == list(range(1, EPOCHS + 1))
    for row in rows:
        assert row["learning_rate"] == pytest.approx(0.0001)
        for part in ("", "val_"):
            assert row[f"{part}loss"] == pytest.approx(row[f"{part}mse"], rel=1e-5)
            assert row[f"{part}rmse"] == pytest.approx(row[f"{part}mse"] ** 0.5, rel=1e-5)
        assert row["images_per_second"] > 0
        assert 8 / row["images_per_second"] < row["seconds"]


def test_best_epoch_is_marked_and_header_frozen(output: Path, rows: list[dict]) -> None:
    sheet = openpyxl.load_workbook(output / "Log_Files" / "Res50" / "log0.xlsx")["log"]
    bold = [cell.value for cell in sheet["A"][1:] if cell.font.bold and cell.fill.fill_type]
    assert bold == [best(rows)["epoch"]]
    assert sheet.freeze_panes == "B2"


def test_run_sheet_says_how_the_run_was_made(output: Path, run_data: Path) -> None:
    facts = dict(read_sheet(output / "Log_Files" / "Res50" / "log0.xlsx", "run"))
    assert facts["folder"] == "LR_0_0001"
    assert facts["learning rate"] == 0.0001
    assert (facts["network"], facts["depth"], facts["frozen stages"]) == ("Res50", 50, "none")
    assert (facts["data set"], facts["fields of view"]) == (str(run_data), 12)
    assert (facts["seed"], facts["batch size"], facts["image size"]) == (0, 3, 32)
    assert facts["split"].endswith("12 by name: 8 train, 4 validate")
    # Three steps an epoch: one epoch would replace 99 % only below the least momentum.
    assert facts["batch normalisation momentum"] == 0.9
    assert (facts["microns per pixel"], facts["field microns"]) == (0.2, 12.8)  # of 64 px
    assert facts["precision"] in ("float32", "bfloat16")
    for name in ("command", "device", "Python", "TensorFlow", "Keras", "git commit", "weights"):
        assert facts[name]
    start, end = (datetime.fromisoformat(facts[name]) for name in ("start", "end"))
    assert start <= end


def test_model_without_the_project_gives_the_validation_figures(
    output: Path, run_data: Path, rows: list[dict], tmp_path: Path
) -> None:
    row = best(rows)
    model = output / "Models" / "Res50" / f"best_model{row['epoch']:02d}-{row['val_loss']:.4f}.h5"
    pictures = sorted((run_data / "rgbs").glob("*.png"))[8:]
    done = subprocess.run(
        [sys.executable, "-I", "-c", PREDICT, model, *pictures],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    line = next(line for line in done.stdout.splitlines() if line.startswith("densities"))
    predicted = np.array(line.split()[1:], float)
    true = np.array([true_density(run_data / "contours" / f"{path.stem}.csv") for path in pictures])
    error = predicted - true
    figures = {
        "mae": np.abs(error).mean(),
        "mse": (error**2).mean(),
        "rmse": (error**2).mean() ** 0.5,
        "msle": ((np.log1p(predicted) - np.log1p(true)) ** 2).mean(),
        "cosine": predicted @ true / np.linalg.norm(predicted) / np.linalg.norm(true),
        "spread": predicted.std(),
    }
    for figure, value in figures.items():
        assert row[f"val_{figure}"] == pytest.approx(value, abs=1e-4), figure


def true_density(csv: Path) -> float:
    groups = [line.split(",")[2] for line in csv.read_text().splitlines()[1:]]
    return groups.count("tumor") / len(groups)


def test_models_are_saved_at_each_improvement_without_optimizer(
    output: Path, rows: list[dict]
) -> None:
    lowest, expected = float("inf"), set()
    for row in rows:
        if row["val_loss"] < lowest:
            lowest = row["val_loss"]
            expected.add(f"best_model{row['epoch']:02d}-{lowest:.4f}.h5")
    found = {path.name for path in (output / "Models" / "Res50").iterdir()}
    # With a constant learning rate the state stays, for more epochs.
    assert {name for name in found if "-run1" not in name} == {*expected, "finished.npz"}
    weights = 4 * 23_600_000  # bytes of the network's weights; Adam would add twice as much
    for path in (output / "Models" / "Res50").glob("*.h5"):
        assert weights < path.stat().st_size < 1.1 * weights


def test_a_model_file_knows_what_is_needed_to_use_it(output: Path, rows: list[dict]) -> None:
    row = best(rows)
    model = output / "Models" / "Res50" / f"best_model{row['epoch']:02d}-{row['val_loss']:.4f}.h5"
    facts = dict(read_sheet(output / "Log_Files" / "Res50" / "log0.xlsx", "run"))
    with h5py.File(model) as file:
        known = dict(file.attrs)
    assert known["val_mae"] == pytest.approx(row["val_mae"], rel=1e-14)  # xlsx keeps 16 digits
    assert known["epoch"] == row["epoch"]
    names = ("network", "split", "seed", "data set", "image size", "stain", "version")
    assert {name: known[name] for name in names} == {name: str(facts[name]) for name in names}
    assert (float(known["microns per pixel"]), float(known["field microns"])) == (0.2, 12.8)


def test_graphs_show_something(output: Path) -> None:
    graphs = output / "Graphs" / "Res50"
    expected = {"loss.png", "mae.png", "loss-run1.png", "mae-run1.png"}
    assert {path.name for path in graphs.iterdir()} == expected
    for path in graphs.iterdir():
        picture = cv2.imread(str(path))
        assert picture.shape[0] > 400
        assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 20


def test_same_command_gives_the_same_figures_beside_the_first(
    output: Path, rows: list[dict]
) -> None:
    again = read_rows(output / "Log_Files" / "Res50" / "log1.xlsx")
    times = ("seconds", "images_per_second")
    for first, second in zip(rows, again, strict=True):
        for column in COLUMNS:
            assert column in times or first[column] == second[column]
