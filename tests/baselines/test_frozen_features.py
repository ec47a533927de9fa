"""The linear model on frozen features, against plain Keras and the closed form of ridge."""

from pathlib import Path

import cv2
import keras
import numpy as np
import pytest
from common.baselines.frozen_features import answer_by_frozen_features
from common.baselines.table import BASELINES, baseline_answers
from common.images.picture_file import PictureFile
from common.models.imagenet import IMAGENET_WEIGHTS
from common.splits.split import Split
from common.utils.errors import InputError
from helpers.fields import field_of
from helpers.model_files import write_published
from sklearn.linear_model import RidgeCV

SEEN, VALIDATION = np.arange(12), np.arange(12, 18)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[PictureFile]:
    """Paint pictures whose blue tells their density, and give the test its own folders."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("TUMOUR_DENSITY_CACHE", str(tmp_path / "cache"))
    random, found = np.random.default_rng(5), []
    for at in range(18):
        picture = random.integers(0, 60, (224, 224, 3), np.uint8)
        picture[..., 0] += np.uint8(10 * at)  # OpenCV has blue first
        cv2.imwrite(str(tmp_path / f"{at}.png"), picture)
        found.append(PictureFile(tmp_path / f"{at}.png"))
    return found


def test_without_weights_it_is_left_out_with_a_word(
    files: list[PictureFile], capsys: pytest.CaptureFixture
) -> None:
    fields = [field_of(f"field{at}", at, 20, file.path) for at, file in enumerate(files)]
    answers = baseline_answers(fields, Split(SEEN, VALIDATION, ""))
    assert set(answers) == {one.name for one in BASELINES} - {"ImageNet features"}
    folder = IMAGENET_WEIGHTS[50].path.parent
    told = f"  baseline left out: ImageNet features (no ImageNet weights in {folder})\n"
    assert capsys.readouterr().out.startswith(told)


@pytest.mark.slow
def test_answers_are_those_of_ridge_on_plain_keras_features(files: list[PictureFile]) -> None:
    keras.utils.set_random_seed(2)
    stock = keras.applications.ResNet50(include_top=False, weights=None, pooling="avg")
    for layer in stock.layers:  # statistics as of a trained network, which folding must carry
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = layer.get_weights()
            layer.set_weights([gamma, beta + 0.1, mean + 0.05, 1.5 * variance])
    IMAGENET_WEIGHTS[50].path.parent.mkdir(parents=True)
    write_published(stock, IMAGENET_WEIGHTS[50].path)
    pictures = np.stack([cv2.imread(str(file.path))[..., ::-1] for file in files]).astype(float)
    given = keras.applications.resnet.preprocess_input(pictures)
    features = stock.predict(given, batch_size=6, verbose=0).astype(float)
    densities = np.arange(18) / 20

    answers = answer_by_frozen_features(files, densities, SEEN, VALIDATION)

    mean, spread = features[SEEN].mean(axis=0), features[SEEN].std(axis=0)
    scaled = (features - mean) / np.where(spread > 0, spread, 1)
    penalty = RidgeCV(np.logspace(0, 6, 13)).fit(scaled[SEEN], densities[SEEN]).alpha_
    one, other = scaled[SEEN], scaled[VALIDATION]
    dual = np.linalg.solve(
        one @ one.T + penalty * np.eye(12), densities[SEEN] - densities[SEEN].mean()
    )
    expected = densities[SEEN].mean() + other @ one.T @ dual
    np.testing.assert_allclose(answers, np.clip(expected, 0, 1), atol=1e-3)
    assert np.ptp(answers) > 0.01

    IMAGENET_WEIGHTS[50].path.write_bytes(IMAGENET_WEIGHTS[50].path.read_bytes()[:5000])
    with pytest.raises(InputError, match="expected an HDF5 file of weights"):
        answer_by_frozen_features(files, densities, SEEN, VALIDATION)
