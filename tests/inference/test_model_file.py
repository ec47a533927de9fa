"""Model files of strangers: what they say of themselves is checked before memory is taken."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from common.inference.model_file import read_model_file
from common.utils.errors import InputError
from helpers.model_files import colour_model
from helpers.scripts import Start

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return colour_model(tmp_path_factory.mktemp("model") / "model.h5")


@pytest.fixture
def changed(model: Path, tmp_path: Path) -> Callable[[str, object], Path]:
    """Give a function that copies the model with another attribute."""

    def change(name: str, value: object) -> Path:
        path = tmp_path / "changed.h5"
        shutil.copy(model, path)
        with h5py.File(path, "r+") as file:
            file.attrs[name] = value
        return path

    return change


def config_of(model: Path) -> dict:
    with h5py.File(model) as file:
        return json.loads(file.attrs["model_config"])


@pytest.mark.parametrize("units", [10**9, 2**70, 1e300])
def test_a_layer_of_a_billion_units(model: Path, changed: Callable, units: float) -> None:
    config = config_of(model)
    config["config"]["layers"][-1]["config"]["units"] = units
    with pytest.raises(InputError, match="expected a whole model file, found none that can be"):
        read_model_file(changed("model_config", json.dumps(config)))


def test_a_script_refuses_it_before_anything_is_read(
    model: Path, changed: Callable, project: Path, start: Start, tmp_path: Path
) -> None:
    config = config_of(model)
    config["config"]["layers"][-1]["config"]["units"] = 10**9
    spoiled = changed("model_config", json.dumps(config))
    for script in ("Predict", "Explain", "Export"):
        path = project / "Code" / f"{script}.py"
        given = ["--pictures", tmp_path] if script == "Export" else [tmp_path]
        done = start(path, spoiled, *given, "--output", tmp_path / "out")
        assert done.returncode == 2
        assert done.stderr == (
            f"error: expected a whole model file, found none that can be read in {spoiled}\n"
            "  Name a best_model....h5.\n"
        )


@pytest.mark.parametrize("edge", [8, 50_000])
def test_an_input_that_no_picture_has(model: Path, changed: Callable, edge: int) -> None:
    config = config_of(model)
    config["config"]["layers"][0]["config"]["batch_shape"] = [None, edge, edge, 3]
    with pytest.raises(InputError, match="expected a model of square RGB pictures, found an input"):
        read_model_file(changed("model_config", json.dumps(config)))


@pytest.mark.parametrize(
    "config", ["[" * 60_000, "[]", '{"config": {"layers": ["a"]}}', "3", np.arange(3), "{}"]
)
def test_descriptions_that_are_none(changed: Callable, config: object) -> None:
    with pytest.raises(InputError, match="expected a whole model file, found none that can be"):
        read_model_file(changed("model_config", config))


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("field microns", "-5", "field microns from 1 to 10000, found -5"),
        ("field microns", "nan", "field microns from 1 to 10000, found nan"),
        ("microns per pixel", "352.8", "microns per pixel from 0.05 to 5.0, found 352.8"),
        ("microns per pixel", np.arange(4), "a model's record, found"),
    ],
)
def test_sizes_that_cannot_be(changed: Callable, name: str, value: object, expected: str) -> None:
    with pytest.raises(InputError, match=f"^expected {expected}"):
        read_model_file(changed(name, value))
