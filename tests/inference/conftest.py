"""What tests of prediction share."""

from pathlib import Path

import pytest
from helpers.model_files import colour_model
from helpers.scripts import Done, Start, run


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return colour_model(tmp_path_factory.mktemp("model") / "model.h5")


@pytest.fixture
def predict(project: Path, model: Path, tmp_path: Path):
    """Give a function that starts Predict.py into tmp_path/out."""

    def predict(*arguments: object, model: Path = model, start: Start = run, **how: object) -> Done:
        script = project / "Code" / "Predict.py"
        return start(script, model, *arguments, "--output", tmp_path / "out", **how)

    return predict
