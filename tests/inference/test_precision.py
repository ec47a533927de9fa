"""Large slides are answered for in bfloat16 where their own fields get the same densities."""

from functools import partial
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from common.inference.model_file import ModelOptions, read_model_file
from common.inference.predictor import Predictor
from common.models.architecture import network_named
from common.models.precision import Device
from common.models.resnet import build_network
from common.utils.errors import InputError

pytestmark = pytest.mark.slow
SIZE = 32
FAST = Device("CPU", vendor="AuthenticAMD", flags=frozenset({"avx512_bf16"}))
SLOW = Device("CPU")
PICTURES = np.random.default_rng(0).integers(0, 256, (48, SIZE, SIZE, 3)).astype(np.uint8)


@pytest.fixture(scope="session")
def predictor(tmp_path_factory: pytest.TempPathFactory) -> Predictor:
    """An untrained ResNet50: its answers hardly vary, and hardly move with the precision."""
    keras.utils.set_random_seed(0)
    path = tmp_path_factory.mktemp("model") / "best_model01-0.1000.h5"
    build_network(network_named("Res50"), image_size=SIZE).save(path)
    return Predictor(read_model_file(path, ModelOptions(stain="none")))


def test_a_slow_device_and_few_fields_stay_in_float32(predictor: Predictor) -> None:
    exact = predictor.densities(PICTURES[:32])
    assert predictor.settle_precision(PICTURES, SLOW) == "float32"
    assert predictor.settle_precision(None, FAST) == "float32"
    np.testing.assert_array_equal(predictor.densities(PICTURES[:32]), exact)
    assert {layer.compute_dtype for layer in predictor.fast.layers} == {"float32"}


def test_answers_that_hardly_move_are_given_in_bfloat16(predictor: Predictor) -> None:
    exact = predictor.all_densities(PICTURES, flips=False)
    told = predictor.settle_precision(PICTURES[:32], FAST)
    assert told.startswith("bfloat16 in conv1, ")
    assert predictor.fast.get_layer("conv5_block3_3_conv").compute_dtype == "bfloat16"
    assert predictor.fast.get_layer("density").compute_dtype == "float32"
    moved = np.abs(predictor.all_densities(PICTURES, flips=False) - exact).max()
    assert 0 < moved < 0.005


def test_a_batch_that_memory_does_not_hold_is_halved(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From then on, with the same answers; where no picture fits, that is told."""
    exact, answer, sizes = predictor.densities(PICTURES[:20]), predictor.fast.predict_on_batch, []

    def out_of_memory(batch: np.ndarray, most: int) -> np.ndarray:
        sizes.append(len(batch))
        if len(batch) > most:
            raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")
        return answer(batch)

    monkeypatch.setattr(predictor, "_batch", 32)
    monkeypatch.setattr(predictor.fast, "predict_on_batch", partial(out_of_memory, most=8))
    for _ in range(2):
        np.testing.assert_allclose(predictor.densities(PICTURES[:20]), exact, atol=1e-6)
    assert sizes == [32, 16, 8, 8, 8, 8, 8, 8]
    monkeypatch.setattr(predictor.fast, "predict_on_batch", partial(out_of_memory, most=0))
    with pytest.raises(InputError, match="CUDA_VISIBLE_DEVICES= answers on the CPU"):
        predictor.densities(PICTURES[:20])


def test_answers_that_move_stay_in_float32(tmp_path: Path) -> None:
    """A head that multiplies every difference makes a sensitive network of the same one."""
    keras.utils.set_random_seed(0)
    network = build_network(network_named("Res50"), image_size=SIZE)
    head = network.get_layer("density")
    features = keras.Model(network.input, head.input).predict(PICTURES, verbose=0)
    kernel = np.linalg.svd(features - features.mean(axis=0))[2][:1].T  # where they vary most
    answers = features @ kernel
    scale = 4 / answers.std()
    head.set_weights([kernel * scale, -answers.mean(axis=0) * scale])
    network.save(tmp_path / "best_model01-0.1000.h5")
    sensitive = Predictor(
        read_model_file(tmp_path / "best_model01-0.1000.h5", ModelOptions(stain="none"))
    )
    exact = sensitive.all_densities(PICTURES, flips=False)
    assert exact.std() > 0.3
    told = sensitive.settle_precision(PICTURES, FAST)
    moved = np.abs(sensitive.all_densities(PICTURES, flips=False) - exact).max()
    assert not told.startswith("bfloat16 in conv1, ")
    assert moved <= 0.0025
