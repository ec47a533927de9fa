"""Hyperparameter_Optimization.py: a tiny search, ended and begun again, and one with workers."""

import json
import re
import signal
import socket
import time
from pathlib import Path

import cv2
import openpyxl
import pytest
from common.config.lr_folder import setting_of
from common.search.space import PARAMETERS, Proposal
from helpers.forkserver import Forked
from helpers.scripts import begin, copy_project

pytestmark = pytest.mark.slow

FOLDER = "ResNet50_Hyperparameter_Optimization"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Copy the project for each test: the best setting's folder is made in it."""
    return copy_project(tmp_path / "project", shallow=True)


@pytest.fixture
def begin_search(project: Path, own_sample: Path, tmp_path: Path):
    """Give a function that starts a search of tiny trials and does not wait for it."""

    def start(*more: object, **environment: str) -> Forked:
        script = project / "Code" / "Hyperparameter_Optimization.py"
        options = ["--dataset", own_sample, "--weights", "none", "--image-size", 32, "--epochs", 1,
                   "--batch-size", 8, "--tuner", "random", "--output", tmp_path / "out",
                   *more]  # fmt: skip
        return begin(script, *options, env=environment)

    return start


def trials_of(folder: Path) -> list[dict[str, object]]:
    book = openpyxl.load_workbook(folder / "trials.xlsx")
    header, *rows = book["trials"].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_a_search_whose_state_is_cut_is_told(begin_search, tmp_path: Path) -> None:
    oracle = tmp_path / "out" / FOLDER / "oracle.json"
    oracle.parent.mkdir(parents=True)
    oracle.write_text('{"ongoing_trials": {"tuner0')
    process = begin_search("--trials", 1)
    _, errors = process.communicate()
    assert process.returncode == 2
    lines = errors.splitlines()
    assert lines[0].startswith("error: expected a search that Keras Tuner can go on with, found ")
    assert len(lines) == 2
    assert oracle.read_text() == '{"ongoing_trials": {"tuner0'


def test_ended_and_begun_again(
    begin_search, tmp_path: Path, project: Path, own_sample: Path
) -> None:
    folder = tmp_path / "out" / FOLDER
    process = begin_search("--trials", 2)
    while not (folder / "trial_1").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    first = json.loads((folder / "trial_0" / "trial.json").read_text())
    assert first["status"] == "COMPLETED"

    process = begin_search("--trials", 2, "--seed", 1)
    _, errors = process.communicate()
    assert process.returncode == 2
    assert errors.startswith("error: expected the options and data of the earlier run, found seed")

    picture = min((own_sample / "rgbs").glob("*.png"))
    content = picture.read_bytes()
    cv2.imwrite(str(picture), cv2.imread(str(picture))[::-1])
    _, errors = begin_search("--trials", 2).communicate()
    assert errors.startswith("error: expected the options and data of the earlier run, found pict")
    picture.write_bytes(content)

    process = begin_search("--trials", 2, "--make-folder")
    out, errors = process.communicate()
    assert process.returncode == 0, errors
    assert re.findall(r"^trial (\d) of 2 in all: learning rate ", out, re.M) == ["1"]
    assert re.search(r"^trial 1: val_mae [\d.]+ after epoch 1; best so far: trial \d, ", out, re.M)
    assert "Search: Running Trial" not in out  # Keras Tuner's own lines
    assert json.loads((folder / "trial_0" / "trial.json").read_text()) == first
    check_results(folder, out, project)


def check_results(folder: Path, out: str, project: Path) -> None:
    """Check workbook, picture, best setting and the folder that was made."""
    trials = trials_of(folder)
    assert [trial["status"] for trial in trials] == ["completed"] * 2
    scores = [trial["val_mae"] for trial in trials]
    assert scores == sorted(scores)
    for trial in trials:
        told = json.loads((folder / f"trial_{trial['trial']}" / "trial.json").read_text())
        values = told["hyperparameters"]["values"]
        assert told["score"] == trial["val_mae"]
        assert trial["learning_rate"] == pytest.approx(values["learning_rate"], rel=0.05)
        assert {name: values[name] for name in PARAMETERS[1:]} == {
            name: trial[name] for name in PARAMETERS[1:]
        }
    assert cv2.imread(str(folder / "trials.png")).shape[0] > 400
    best = trials[0]
    assert f"best: trial {best['trial']}, val_mae {best['val_mae']:.4f} after epoch 1" in out
    made = project / best["folder"]
    setting = setting_of(made)
    assert (setting.learning_rate, setting.dropout) == (best["learning_rate"], best["dropout"])
    (launcher,) = [*made.glob("*.py"), *made.glob("Code/Res50/*.py")]
    assert launcher.read_bytes() == (project / "LR_0_0001" / "Res50.py").read_bytes()
    assert str(launcher.relative_to(project)) in out


def test_a_chief_and_two_workers(begin_search, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    where = {"KERASTUNER_ORACLE_IP": "127.0.0.1", "KERASTUNER_ORACLE_PORT": port}
    names = ("chief", "worker0", "worker1")
    processes = [begin_search("--trials", 4, **where, KERASTUNER_TUNER_ID=name) for name in names]
    outs = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], outs
    chief, *workers = [out for out, _ in outs]
    assert "best: trial " in chief
    told = re.findall(r"^trial (\d)( of 4 in all)?: (learning rate|val_mae) ", chief, re.M)
    assert sorted((name, what) for name, _, what in told) == [
        (str(name), what) for name in range(4) for what in ("learning rate", "val_mae")
    ]
    assert all("epoch   1/1" in out and "best: trial" not in out for out in workers)
    trials = trials_of(tmp_path / "out" / FOLDER)
    assert sorted(trial["trial"] for trial in trials) == ["0", "1", "2", "3"]
    assert all(0 <= trial["val_mae"] <= 1 for trial in trials)


@pytest.mark.parametrize("rate", [1e-6, 3.3e-5, 0.0099999, 0.01])
@pytest.mark.parametrize("dropout", [0.0, 0.1, 0.5])
def test_a_settings_folder_is_read_as_the_setting(rate: float, dropout: float) -> None:
    setting = Proposal(rate, dropout, "adam", "none", "constant", "mse")
    read = setting_of(Path(setting.folder))
    assert (read.learning_rate, read.dropout) == (setting.rate, dropout)
    assert read.learning_rate == pytest.approx(rate, rel=0.05)
