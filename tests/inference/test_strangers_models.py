"""Predict.py with models of strangers: refused, or answered for as far as they are known."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from helpers.model_files import FACTS, SIZE, colour_model, save
from helpers.scripts import own_lines, rows_of

pytestmark = pytest.mark.slow


def test_a_model_that_does_not_know_itself(predict, tmp_path: Path, own_sample: Path) -> None:
    stranger = colour_model(tmp_path / "stranger.h5", {})
    done = predict(own_sample / "rgbs", model=stranger)
    assert done.returncode == 2
    assert own_lines(done) == (
        "error: expected the stain it was trained with, found none among its attributes "
        f"in {stranger}\n  Give --stain none.\n"
    )
    done = predict(own_sample / "rgbs", "--stain", "none", model=stranger)
    assert done.returncode == 0
    assert "does not know its field microns, split, data set" in done.stdout


@pytest.mark.parametrize("content", [b"", b"no model", None])
def test_something_else_than_a_model(predict, tmp_path: Path, own_sample: Path, content) -> None:
    path = tmp_path / "other.h5"
    path.mkdir() if content is None else path.write_bytes(content)
    done = predict(own_sample / "rgbs", model=path)
    assert done.returncode == 2
    expected = "a whole model file, found none that can be read"
    expected = "a model file, found a folder" if content is None else expected
    assert own_lines(done) == f"error: expected {expected} in {path}\n  Name a best_model....h5.\n"


def test_a_model_that_has_learned_nothing_says_so(
    predict, tmp_path: Path, own_sample: Path
) -> None:
    dead = colour_model(tmp_path / "dead.h5", weight=0.0)
    done = predict(own_sample / "rgbs", model=dead)
    assert done.returncode == 0
    assert "warning: dead.h5 answers the same whatever it is shown" in done.stdout
    rows = rows_of(tmp_path / "out" / "predictions.csv").values()
    assert {row["density"] for row in rows} == {"0.500000"}
    assert all("answers the same for all pictures" in row["notes"] for row in rows)
    assert json.loads((tmp_path / "out" / "predictions.json").read_text())["model answers alike"]


@pytest.mark.parametrize("weight", [np.nan, np.inf])
def test_a_model_whose_weights_are_no_numbers(
    predict, tmp_path: Path, own_sample: Path, weight: float
) -> None:
    broken = colour_model(tmp_path / "broken.h5", weight=weight)
    done = predict(own_sample / "rgbs", model=broken)
    assert done.returncode == 2
    assert own_lines(done) == (
        f"error: expected finite weights, found others in head in {broken}\n"
        "  Use another epoch's model.\n"
    )
    assert not (tmp_path / "out" / "predictions.csv").exists()


def test_a_strangers_code_is_not_run(predict, tmp_path: Path, own_sample: Path) -> None:
    import keras

    mark = tmp_path / "code was run"
    rgb = keras.Input((SIZE, SIZE, 3))
    mean = keras.layers.GlobalAveragePooling2D()(rgb)
    source = f"lambda x: (__import__('pathlib').Path({str(mark)!r}).touch(), x)[1]"
    # With its shape told, as Keras finds it by AutoGraph, which may take other code for this text.
    stranger = keras.layers.Lambda(eval(source), output_shape=(3,))
    answer = keras.layers.Dense(1)(stranger(mean))
    mark.unlink(missing_ok=True)
    model = save(keras.Model(rgb, answer), tmp_path / "lambda.h5", FACTS)
    mark.unlink(missing_ok=True)
    done = predict(own_sample / "rgbs", model=model)
    assert done.returncode == 2
    assert re.match(
        r"error: expected a model of Keras' own layers, found .+ in .+h5\n", own_lines(done)
    )
    assert not mark.exists()
