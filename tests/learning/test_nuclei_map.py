"""Supervision by nuclei: counts go where the picture goes; what is saved knows nothing of it."""

from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf
from common.learning.augmentation import AUGMENTATIONS
from common.learning.batch_size import BatchTrial
from common.learning.input_pipeline import TrainingFields, training_batches
from common.learning.nuclei_map import count_in_cells
from common.learning.trained_network import compile_for_training
from common.models.architecture import network_named
from common.models.precision import Device
from common.models.resnet import build_network

RANDOM = np.random.default_rng(0)
SIZE, CELLS = 64, 4  # px of a picture; cells of 16 px along its edge


def fields(count: int) -> TrainingFields:
    """Paint grey fields with a white square of 4 px for a tumour nucleus, a black one for another.

    A square lies wholly in one cell. Padded with nuclei that are none.
    """
    pictures = np.full((count, SIZE, SIZE, 3), 128, np.uint8)
    nuclei = np.full((count, 9, 3), -1, np.float32)
    for at in range(count):
        places = RANDOM.permutation(SIZE // 8 * SIZE // 8)[: RANDOM.integers(5, 9)]
        for row, place in zip(nuclei[at], places, strict=False):
            top, left = (8 * edge + 2 for edge in divmod(place, SIZE // 8))
            kind = RANDOM.integers(0, 2)
            pictures[at, top : top + 4, left : left + 4] = 255 * kind
            row[:] = (left + 2) / SIZE, (top + 2) / SIZE, kind
    kinds = nuclei[..., 2]
    densities = (kinds == 1).sum(1) / (kinds >= 0).sum(1)
    return TrainingFields(pictures, densities, np.arange(count), nuclei=nuclei, counted=True)


def counted(pictures: np.ndarray) -> np.ndarray:
    """Count white and black squares of 16 px of area in each cell of pictures."""
    grey = pictures[..., 0].reshape(-1, CELLS, SIZE // CELLS, CELLS, SIZE // CELLS)
    areas = [(grey > 200).sum((2, 4)), (grey < 60).sum((2, 4))]
    return np.stack(areas, axis=-1) / 16


@pytest.mark.parametrize("augment", ["none", "standard"])
def test_counts_are_those_of_what_is_shown(augment: str) -> None:
    given = fields(24)
    batches = training_batches(given, batch_size=24, seed=3, augment=augment)
    (pictures, counts), densities = next(iter(batches))
    np.testing.assert_array_equal(counted(pictures.numpy()), counts)
    tumour, total = counts.numpy()[..., 0].sum((1, 2)), counts.numpy().sum((1, 2, 3))
    np.testing.assert_allclose(densities[:, 0], tumour / total, rtol=1e-6)


def test_all_turns_and_flips_take_the_nuclei_along() -> None:
    given, seen = fields(1), set()
    picture, nuclei = tf.cast(given.pictures[0], tf.float32), tf.constant(given.nuclei[0])
    for seed in range(80):
        shown, moved = AUGMENTATIONS["strong"](picture, nuclei, tf.constant([seed, 1], tf.int64))
        counts = count_in_cells(moved, CELLS).numpy()
        # Stains and contrast vary: white stays the brightest, black the darkest.
        grey = np.digitize(shown.numpy()[..., 0], np.quantile(shown[..., 0], [0.001, 0.999]))
        assert grey.shape == (SIZE, SIZE)
        light = shown.numpy().mean(-1)
        middle = np.median(light)
        as_painted = np.select([light > middle + 60, light < middle - 60], [255, 0], 128)
        np.testing.assert_array_equal(counted(as_painted[np.newaxis, ..., np.newaxis])[0], counts)
        seen.add(counts.tobytes())
    assert len(seen) == 8


def test_nuclei_on_the_rim_are_counted() -> None:
    nuclei = tf.constant([[1.0, 1.0, 1.0], [0.0, 0.999, 0.0], [-1.0, -1.0, -1.0]])
    counts = count_in_cells(nuclei, 3).numpy()
    assert (counts[2, 2, 0], counts[2, 0, 1], counts.sum()) == (1, 1, 2)


@pytest.mark.slow
def test_what_is_saved_is_the_network_without_the_second_head(tmp_path: Path) -> None:
    plain = build_network(network_named("Res50"), image_size=SIZE)
    adam = keras.optimizers.Adam(1e-4)
    network = compile_for_training(plain, adam, "float32", Device("CPU"), "bce", by_nuclei=True)
    batches = training_batches(fields(8), batch_size=8, seed=0, augment="none")
    network.learner.fit(batches, steps_per_epoch=2, shuffle=False, verbose=0)
    assert BatchTrial(network).train(8) > 0
    (shown, counts), densities = next(iter(batches))
    (head,) = [layer for layer in network.learner.layers if layer.name == "nuclei"]
    expected = keras.Model(network.learner.inputs, head.output).predict_on_batch([shown, counts])
    likelihood = (expected - counts.numpy() * np.log(expected + 1e-7)).mean()
    told = network.learner.test_on_batch([shown, counts], densities, return_dict=True)
    of_density = told["unweighted_loss"]
    assert told["loss"] - of_density == pytest.approx(0.2 * likelihood, rel=1e-4)
    network.save_plain(tmp_path / "model.h5")
    loaded = keras.models.load_model(tmp_path / "model.h5", compile=False)
    assert [layer.name for layer in loaded.layers] == [layer.name for layer in plain.layers]
    with h5py.File(tmp_path / "model.h5") as file:
        assert "nuclei" not in file["model_weights"]
    answers = loaded.predict(shown, verbose=0)[:, 0]
    held_out = tf.data.Dataset.from_tensors(shown)
    np.testing.assert_allclose(answers, network.answers(held_out), atol=1e-5)
