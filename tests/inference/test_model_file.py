"""Model files of strangers: what they say of themselves is checked before memory is taken."""

import json
import math
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import cv2
import h5py
import keras
import numpy as np
import pytest
from common.inference.model_file import read_model_file
from common.inference.predictor import Predictor
from common.utils.errors import InputError
from helpers.model_files import FACTS, SIZE, colour_model, save
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


def test_a_number_that_is_none_hides_no_greater_one(model: Path, changed: Callable) -> None:
    config = config_of(model)
    config["config"]["layers"][-1]["config"]["units"] = 10**9
    config["config"]["layers"][0] = {"first": math.nan, **config["config"]["layers"][0]}
    with pytest.raises(InputError, match="expected a whole model file, found none that can be"):
        read_model_file(changed("model_config", json.dumps(config)))


def test_weights_that_are_described_but_not_there_take_no_memory(
    model: Path, changed: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_of(model)
    pooling, head = config["config"]["layers"][-2:]
    wide = keras.layers.Dense(100_000, name="wide")
    kept = keras.layers.serialize(wide) | {"name": "wide"}
    many = [kept, json.loads(json.dumps(kept).replace("wide", "wider"))]
    for layer, before in zip((*many, head), (pooling, *many), strict=True):
        nodes = json.dumps(head["inbound_nodes"]).replace(pooling["name"], before["name"])
        layer["inbound_nodes"] = json.loads(nodes)
    config["config"]["layers"][-1:] = [*many, head]
    file = read_model_file(changed("model_config", json.dumps(config)))
    # 40 GB for `wider` alone.
    with pytest.raises(InputError, match="found Layer count mismatch when loading weights"):
        Predictor(file)
    made = []
    monkeypatch.setattr(keras.initializers.GlorotUniform, "__call__", lambda *_: made.append(1))
    with keras.StatelessScope():
        pass  # Keras makes here what it was asked for in a scope before
    assert made == []


def test_a_script_refuses_it_before_anything_is_read(
    model: Path, changed: Callable, project: Path, start: Start, tmp_path: Path
) -> None:
    config = config_of(model)
    config["config"]["layers"][-1]["config"]["units"] = 10**9
    spoiled = changed("model_config", json.dumps(config))
    for script in ("Predict", "Explain", "Export"):
        path = project / "Code" / f"{script}.py"
        given = ["--pictures", tmp_path] if script == "Export" else [tmp_path]
        done = start(path, spoiled, *given, "--output", tmp_path / "out", tensorflow=False)
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


def nested(depth: int) -> str:
    return '{"config": ' * depth + "{}" + "}" * depth


@pytest.mark.parametrize(
    "config",
    [
        "[" * 60_000,
        nested(700),
        nested(5_000),
        "[]",
        '{"config": {"layers": ["a"]}}',
        "3",
        np.arange(3),
        "{}",
    ],
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


def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "model.h5")
    with pytest.raises(InputError, match="expected a model file, found something else"):
        read_model_file(tmp_path / "model.h5")


@pytest.mark.parametrize(
    ("activation", "dtype", "told"),
    [
        ("linear", "float32", "a model whose answers are densities, 0 to 1, found answers of "),
        ("sigmoid", "int8", "a model that takes pictures as float32, found an input of int8"),
    ],
)
def test_models_that_answer_something_else(
    activation: str, dtype: str, told: str, project: Path, start: Start, tmp_path: Path
) -> None:
    rgb = keras.Input((SIZE, SIZE, 3), dtype=dtype)
    mean = keras.layers.GlobalAveragePooling2D()(keras.layers.Rescaling(-1.0)(rgb))
    model = keras.Model(rgb, keras.layers.Dense(1, activation=activation)(mean))
    path = save(model, tmp_path / "model.h5", FACTS)
    cv2.imwrite(str(tmp_path / "a.png"), np.full((SIZE, SIZE, 3), 200, np.uint8))
    script = project / "Code" / "Predict.py"
    done = start(script, path, tmp_path / "a.png", "--output", tmp_path / "out")
    assert (done.returncode, told in done.stderr) == (2, True), done.stderr
    assert len(done.stderr.splitlines()) <= 2
