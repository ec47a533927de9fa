"""Export.py: the exported model answers as the model does; its card; plain Keras as documented."""

import json
import re
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from helpers.model_files import FACTS, SIZE, colour_model
from helpers.scripts import PROJECT, Start

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of smooth colours, larger and smaller than the model's input."""
    folder, random = tmp_path_factory.mktemp("fields"), np.random.default_rng(0)
    for at, edge in enumerate((250, 90, 40)):
        coarse = random.integers(0, 256, (8, 8, 3)).astype(np.uint8)
        cv2.imwrite(str(folder / f"field{at}.png"), cv2.resize(coarse, (edge, edge)))
    return folder


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    facts = FACTS | {"synthetic data": "no", "val_mae": "0.12345678", "weights": "imagenet"}
    return colour_model(tmp_path_factory.mktemp("model") / "best_model07-0.0213.h5", facts, 3.0)


@pytest.fixture(scope="session")
def exported(project: Path, start: Start, model: Path, pictures: Path) -> Path:
    output = model.parent / "exported"
    script = project / "Code" / "Export.py"
    done = start(script, model, "--pictures", pictures, "--output", output)
    assert (done.returncode, done.stderr) == (0, "")
    told = re.search(r"saved_model: largest difference of 3 densities: (\S+)", done.stdout)
    assert float(told[1]) < 1e-6
    return output


def test_the_saved_model_computes_the_density(exported: Path) -> None:
    batch = np.random.default_rng(1).uniform(0, 255, (5, SIZE, SIZE, 3)).astype(np.float32)
    loaded = tf.saved_model.load(str(exported / "saved_model"))
    answers = loaded.serve(batch).numpy()[:, 0]
    means = batch.mean(axis=(1, 2)) / 255
    expected = 1 / (1 + np.exp(-3.0 * (means[:, 2] - means[:, 0])))
    np.testing.assert_allclose(answers, expected, atol=1e-6)


def test_the_card_tells_what_the_model_file_knows(exported: Path) -> None:
    card = (exported / "model_card.md").read_text()
    assert "# Model card: Res50, best_model07-0.0213" in card
    assert "For research only" in card
    for line in ("- val_mae: 0.1235", "- weights: imagenet", "- data set: made for a test"):
        assert line in card
    assert f"(pictures, {SIZE}, {SIZE}, 3)" in card
    assert "SYNTHETIC" not in card


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--format", "coreml"], "invalid choice: 'coreml'"),
        (
            [],
            "expected the data set that the model was trained on, found no folder made for a test",
        ),
        (["--output", "."], "expected no folder yet, found one in "),
    ],
)
def test_wrong_input(
    project: Path, start: Start, model: Path, tmp_path: Path, given: list[str], told: str
) -> None:
    done = start(project / "Code" / "Export.py", model, *given, cwd=tmp_path)
    assert (done.returncode, told in done.stderr) == (2, True), done.stderr
    assert not list(tmp_path.iterdir())


WRONG_EXPORT = """
import sys, keras
export = keras.Model.export

def wrong(self, *given, **named):
    head = self.get_layer("head")
    head.set_weights([weight * 0 for weight in head.get_weights()])
    export(self, *given, **named)

keras.Model.export = wrong
sys.path.insert(0, {code!r})
import Export
from common.utils.errors import start
start(Export.main)
"""


def test_another_answer_leaves_nothing(
    project: Path, start: Start, model: Path, pictures: Path, tmp_path: Path
) -> None:
    """An export that goes wrong, as a fault of a converter would make it."""
    script, output = tmp_path / "Export.py", tmp_path / "wrong"
    script.write_text(WRONG_EXPORT.format(code=str(project / "Code")))
    done = start(script, model, "--pictures", pictures, "--output", output)
    assert done.returncode == 2
    assert "error: expected densities that differ by at most 0.001, found 0." in done.stderr
    assert list(tmp_path.iterdir()) == [script]


def test_plain_keras_as_the_documentation_shows_it(
    project: Path, start: Start, model: Path, pictures: Path, tmp_path: Path
) -> None:
    script = project / "Code" / "Predict.py"
    done = start(script, model, pictures, "--output", tmp_path)
    assert done.returncode == 0, done.stderr
    ours = pd.read_csv(tmp_path / "predictions.csv").set_index("file")["density"]
    blocks = re.findall(
        r"```python\n(.*?)```", (PROJECT / "docs" / "using_a_model.md").read_text(), re.DOTALL
    )
    (snippet,) = [block for block in blocks if "load_model" in block]
    assert snippet.count('"best_model07-0.0213.h5"') == snippet.count('"field.png"') == 1
    loop = snippet.replace('"best_model07-0.0213.h5"', repr(str(model)))
    body = "\n".join(f"    {line}" for line in loop.replace('"field.png"', "file").splitlines())
    code = f"import json, sys\nfound = []\nfor file in sys.argv[1:]:\n{body}\n"
    code += "    found.append(float(density))\nprint(json.dumps(found))"
    files = sorted(pictures.glob("*.png"))
    (tmp_path / "plain.py").write_text(code)
    done = start(tmp_path / "plain.py", *files)
    assert done.returncode == 0, done.stderr
    plain = json.loads(done.stdout.splitlines()[-1])
    assert plain == pytest.approx([ours[str(file)] for file in files], abs=1e-5)
