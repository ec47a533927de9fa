"""Runs that fail after TensorFlow is loaded: told in two lines, nothing half-done left behind."""

import json
import shutil
from pathlib import Path

import h5py
import numpy as np
import openpyxl
import pytest
from helpers.scripts import run_anew

pytestmark = pytest.mark.slow

SHORT = ["--limit", 4, "--batch-size", 2, "--image-size", 32, "--epochs", 1]


def messages(stderr: str) -> list[str]:
    """Return the lines of a script's own message; TensorFlow's notes come before it."""
    lines = stderr.splitlines()
    return lines[next(at for at, line in enumerate(lines) if line.startswith("error:")) :]


@pytest.fixture
def backbone_file(tmp_path: Path) -> Path:
    """Write an HDF5 file that holds weights, but not those of a ResNet."""
    path = tmp_path / "other.h5"
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [b"dense"]
        group = file.create_group("dense")
        group.attrs["weight_names"] = [b"kernel"]
        group["kernel"] = np.zeros((2, 2), np.float32)
    return path


def test_weights_of_another_network(
    project: Path, start, own_sample: Path, backbone_file: Path, tmp_path: Path
) -> None:
    output = tmp_path / "output"
    done = start(project / "LR_0_0001" / "Res50.py", "--dataset", own_sample,
                 "--weights", backbone_file, "--output", output, *SHORT)  # fmt: skip
    assert messages(done.stderr) == [
        f"error: expected weights of ResNet50, found those of another network in {backbone_file}",
        "  Name its own file.",
    ]
    assert done.returncode == 2
    assert not output.exists()
    assert not (own_sample / "test.json").exists()


def test_a_loss_that_is_no_number_stops_the_run(
    shallow: Path, start, own_sample: Path, tmp_path: Path
) -> None:
    folder = shallow / "LR_99999999999999999999999999999999999999_0"
    shutil.copytree(shallow / "LR_0_0001", folder, ignore=shutil.ignore_patterns("*.h5"))
    output = tmp_path / "output"
    done = start(folder / "Res50.py", "--dataset", own_sample, "--weights", "none",
                 "--optimizer", "sgd", "--output", output, *SHORT[:-1], 3)  # fmt: skip
    shutil.rmtree(folder)
    told = messages(done.stderr)
    assert told[0].startswith("error: expected a finite ")
    assert "epoch" in told[0]
    assert len(told) == 2
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not list(output.rglob("*nan*"))


def test_a_network_that_learns_nothing_says_so(
    project: Path, start, own_sample: Path, tmp_path: Path
) -> None:
    """Its head begins with zeros and hardly moves: all its answers are a half."""
    import keras
    from common.models.architecture import network_named
    from common.models.resnet import build_network

    network = build_network(network_named("Res50"), image_size=32)
    network.get_layer("density").set_weights([np.zeros((2048, 1)), np.zeros(1)])
    network.save(tmp_path / "dead.h5")
    keras.backend.clear_session()
    folder = project / "LR_0_0000000001"
    shutil.copytree(project / "LR_0_0001", folder, ignore=shutil.ignore_patterns("*.h5"))
    output = tmp_path / "output"
    done = start(folder / "Res50.py", "--dataset", own_sample, "--weights", tmp_path / "dead.h5",
                 "--optimizer", "sgd", "--output", output, *SHORT)  # fmt: skip
    shutil.rmtree(folder)
    assert done.returncode == 0, done.stderr
    warning = "warning: the network answers the same for all validation fields"
    assert warning in done.stdout
    book = openpyxl.load_workbook(output / "Log_Files" / "Res50" / "log0.xlsx")
    header, row = book["log"].values
    assert dict(zip(header, row, strict=True))["val_spread"] == pytest.approx(0, abs=1e-3)
    assert not book["log"]["A2"].font.bold
    answers = {row[0]: row[2] for row in book["baselines"].values}
    assert answers["best constant"] <= min(answers["training mean"], answers["training median"])


def test_a_grouped_split_through_a_script(
    shallow: Path, start, own_sample: Path, tmp_path: Path
) -> None:
    output = tmp_path / "output"
    done = start(shallow / "LR_0_0001" / "Res50.py", "--dataset", own_sample, "--weights", "none",
                 "--split", "patient", "--folds", 2, "--fold", 2, "--output", output,
                 "--optimizer", "rmsprop", "--augment", "none", "--batch-size", 4,
                 "--image-size", 32, "--epochs", 1)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "audit of the split: nothing on both sides" in done.stdout
    log = output / "Log_Files" / "Res50" / "log0.xlsx"
    facts = dict(openpyxl.load_workbook(log)["run"].iter_rows(values_only=True))
    assert facts["split"].startswith("by patient, fold 2 of 2: ")
    assert facts["patients on both sides"] == 0
    assert (facts["optimizer"], facts["augmentation"]) == ("rmsprop", "none")


def test_a_users_own_keras_settings_change_nothing(
    shallow: Path, own_sample: Path, tmp_path: Path
) -> None:
    """Another backend, channels first and 16 bit in keras.json, as other projects may need."""
    home = tmp_path / "keras"
    home.mkdir()
    settings = {"backend": "jax", "image_data_format": "channels_first", "floatx": "float16"}
    (home / "keras.json").write_text(json.dumps(settings | {"epsilon": 1e-3}))
    rows = []
    for environment in ({}, {"KERAS_HOME": str(home)}):
        output = tmp_path / f"output{len(rows)}"
        options = ["--dataset", own_sample, "--weights", "none", "--output", output, *SHORT]
        done = run_anew(shallow / "LR_0_0001" / "Res50.py", *options, env=environment)
        assert done.returncode == 0, done.stderr
        log = openpyxl.load_workbook(output / "Log_Files" / "Res50" / "log0.xlsx")["log"]
        rows.append([cell.value for cell in log[2]][:-2])  # without times
    assert rows[0] == rows[1]
