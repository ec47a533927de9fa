"""The network scripts, started through launchers as a user starts them."""

import importlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import openpyxl
import pytest

pytestmark = pytest.mark.slow

SHORT = ["--limit", 4, "--batch-size", 2, "--image-size", 32, "--epochs", 1, "--optimizer", "sgd"]
DROPOUT_GRAPHS = {"cosine.png", "loss.png", "mae.png", "mse.png", "msle.png", "rmse.png"}
# Script, folder, learning rate, results' name: each of the nine, each plain folder.
NINE = [
    ("Res50", "LR_0_00001", 1e-5, "Res50"),
    ("Res50_Conv_4_5", "LR_0_0001", 1e-4, "Res50_Conv4_5"),
    ("Res50_Conv_5", "LR_0_001", 1e-3, "Res50_Conv_5"),
    ("Res101", "LR_0_01", 1e-2, "Res101"),
    ("Res101_Conv_4_5", "LR_0_00001", 1e-5, "Res101_Conv_4_5"),
    ("Res101_Conv_5", "LR_0_0001", 1e-4, "Res101_Conv_5"),
    ("Res152", "LR_0_001", 1e-3, "Res152"),
    ("Res152_Conv_4_5", "LR_0_01", 1e-2, "Res152_Conv4_5"),
    ("Res152_Conv_5", "LR_0_00001", 1e-5, "Res152_Conv_5"),
]


@pytest.fixture(autouse=True)
def _no_models_left(project: Path) -> Iterator[None]:
    yield
    for file in project.rglob("Models/*/*.*"):  # of up to a gigabyte
        file.unlink()


def facts_of(log: Path) -> dict[str, object]:
    return dict(openpyxl.load_workbook(log)["run"].iter_rows(values_only=True))


FROZEN = {"": (), "_Conv_5": ("conv5",), "_Conv_4_5": ("conv4", "conv5")}


@pytest.mark.parametrize("script", [row[0] for row in NINE])
def test_a_scripts_name_is_its_network(script: str) -> None:
    network = importlib.import_module(script).NETWORK
    depth, _, frozen = script.removeprefix("Res").partition("_")
    assert network.depth == int(depth)
    assert network.frozen == FROZEN[f"_{frozen}" if frozen else ""]


def test_every_launcher_has_its_place(project: Path, start, run_data: Path) -> None:
    """As Run_All.py sees them: nine networks in each plain folder, Res50 in the dropout folders."""
    script = project / "Code" / "Run_All.py"
    done = start(script, "--dry-run", "--dataset", run_data, "--weights", "none")
    rows = [line for line in done.stdout.splitlines() if line.endswith("  to run")]
    names = [row.split("  ")[0] for row in rows]
    plain = {row[1] for row in NINE}
    expected = {f"{row[0]} in {folder}" for row in NINE for folder in plain}
    dropout = {f"Res50 in {folder}" for folder in ("LR_0_000006_Dropout", "LR_0_000006_Dropout_05")}
    assert set(names) == expected | dropout
    assert len(names) == 38


# One of each depth and of each kind of freezing.
@pytest.mark.parametrize(
    ("script", "folder", "learning_rate", "results"), [NINE[1], NINE[5], NINE[6]]
)
def test_network_script(
    project: Path,
    start,
    run_data: Path,
    script: str,
    folder: str,
    learning_rate: float,
    results: str,
) -> None:
    place = project / folder
    command = ["--dataset", run_data, "--weights", "none", *SHORT]
    done = start(place / f"{script}.py", *command)
    assert done.returncode == 0, done.stderr
    frozen = "_Conv_" in script
    assert ("warning: frozen stages keep random weights" in done.stdout) == frozen
    facts = facts_of(place / "Log_Files" / results / "log0.xlsx")
    assert facts["learning rate"] == learning_rate
    assert (facts["network"], facts["dropout"]) == (results, 0)
    assert len(list((place / "Models" / results).glob("best_model01-*.h5"))) == 1
    graphs = {path.name for path in (place / "Graphs" / results).iterdir()}
    assert graphs == {"loss.png", "mae.png"}


def test_dropout_folder_on_the_data_set_under_dataset(project: Path, start, run_data: Path) -> None:
    """The folder's own test.json and Density.npy are made beside its script."""
    shutil.copytree(run_data, project / "Dataset" / "download" / "PsAreTruth_E")
    folder = project / "LR_0_000006_Dropout_05"
    done = start(folder / "Code" / "Res50" / "Res50.py", "--weights", "none", *SHORT)
    shutil.rmtree(project / "Dataset" / "download")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (folder / "Graphs" / "Res50").iterdir()} == DROPOUT_GRAPHS
    facts = facts_of(folder / "Log_Files" / "Res50" / "log0.xlsx")
    assert (facts["learning rate"], facts["dropout"]) == (0.000006, 0.5)
    assert len(np.load(folder / "Code" / "Res50" / "Density.npy")) == 12
    assert (folder / "Code" / "Res50" / "test.json").is_file()
    assert not (project / "Code" / "test.json").exists()


def test_sample_run_is_kept_apart_and_called_synthetic(
    project: Path, start, run_data: Path
) -> None:
    shutil.copytree(run_data, project / "Dataset" / "Sample" / "PsAreTruth_E")
    folder = project / "LR_0_000006_Dropout"
    done = start(folder / "Code" / "Res50" / "Res50.py", "--sample", *SHORT)
    assert done.returncode == 0, done.stderr
    assert "SYNTHETIC" in done.stdout
    results = folder / "Sample"
    assert {path.name for path in (results / "Graphs" / "Res50").iterdir()} == DROPOUT_GRAPHS
    facts = facts_of(results / "Log_Files" / "Res50" / "log0.xlsx")
    assert facts["synthetic data"] == "yes"
    assert (facts["weights"], facts["dropout"]) == ("none", 0.2)
    assert not (folder / "Log_Files" / "Res50" / "log0.xlsx").exists()
