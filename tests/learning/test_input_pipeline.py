"""Batches: each field once an epoch, in an order of its own, augmented without losing anything."""

import itertools

import numpy as np
import pytest
import tensorflow as tf
from common.learning.augmentation import standard_augmentation
from common.learning.input_pipeline import (
    TrainingFields,
    held_out_batches,
    training_batches,
)

COUNT, BATCH, STEPS = 10, 4, 3
RANDOM = np.random.default_rng(0)
PICTURES = RANDOM.integers(0, 256, (COUNT + 2, 8, 8, 3), np.uint8)
DENSITIES = np.linspace(0, 1, COUNT + 2)
POSITIONS = np.arange(2, COUNT + 2)


def epochs(seed: int, augment: str, how_many: int, first: int = 0) -> list[list]:
    """Take whole epochs: lists of (pictures, densities) batches."""
    data = TrainingFields(PICTURES, DENSITIES, POSITIONS)
    how = {"batch_size": BATCH, "seed": seed, "augment": augment, "first_epoch": first}
    batches = iter(training_batches(data, **how))
    return [
        [(x.numpy(), y.numpy()) for x, y in itertools.islice(batches, STEPS)]
        for _ in range(how_many)
    ]


def order(epoch: list) -> list[int]:
    """Tell by the densities which fields an epoch showed, in its order."""
    shown = np.concatenate([densities[:, 0] for _, densities in epoch])
    return [int(np.abs(DENSITIES - density).argmin()) for density in shown]


def test_each_field_once_an_epoch_in_another_order_each_epoch() -> None:
    shown = [order(epoch) for epoch in epochs(0, "none", 3)]
    assert all(sorted(each) == POSITIONS.tolist() for each in shown)
    assert len({tuple(each) for each in shown}) == 3
    assert [len(x) for x, _ in epochs(0, "none", 1)[0]] == [4, 4, 2]


def test_pictures_and_densities_stay_paired_without_augmentation() -> None:
    epoch = epochs(0, "none", 1)[0]
    shown = np.concatenate([pictures for pictures, _ in epoch])
    assert shown.dtype == np.float32
    np.testing.assert_array_equal(shown, PICTURES[order(epoch)])


def test_the_seed_decides_and_an_epoch_does_not_depend_on_the_start() -> None:
    whole = epochs(5, "standard", 3)
    for pairs in (
        zip(epochs(5, "standard", 3), whole, strict=True),
        [(epochs(5, "standard", 1, 2)[0], whole[2])],
    ):
        for ours, expected in pairs:
            for (x, y), (x0, y0) in zip(ours, expected, strict=True):
                np.testing.assert_array_equal(x, x0)
                np.testing.assert_array_equal(y, y0)
    assert order(epochs(6, "standard", 1)[0]) != order(whole[0])
    assert not np.array_equal(np.sort(whole[0][0][0], None), np.sort(whole[1][0][0], None))


def test_held_out_fields_are_in_order_and_unchanged() -> None:
    shown = np.concatenate(list(held_out_batches(PICTURES, POSITIONS, batch_size=BATCH)))
    np.testing.assert_array_equal(shown, PICTURES[POSITIONS])


@pytest.mark.parametrize("seed", range(20))
def test_augmentation_only_turns_flips_and_mildly_shifts(seed: int) -> None:
    """Fit brightness and contrast against each of the eight turns and flips; one must fit."""
    picture = 60 + PICTURES[0].astype(np.float32) / 2  # far from the limits: nothing is clipped
    seeds = tf.constant([seed, 7], tf.int64)
    result = standard_augmentation(tf.constant(picture), tf.zeros((0, 3)), seeds)[0].numpy()
    turned = [np.rot90(flipped, turns) for flipped in (picture, picture[:, ::-1])
              for turns in range(4)]  # fmt: skip
    fits = []
    for each in turned:
        lines = [np.polyfit(each[..., c].ravel(), result[..., c].ravel(), 1) for c in range(3)]
        error = max(np.abs(np.polyval(lines[c], each[..., c]) - result[..., c]).max()
                    for c in range(3))  # fmt: skip
        fits.append((error, lines))
    error, lines = min(fits, key=lambda fit: fit[0])
    assert error < 0.01
    assert all(0.85 <= slope <= 1.15 for slope, _ in lines)
    shift = result.mean() - picture.mean()
    assert abs(shift) <= 0.08 * 255 + 0.01


def test_augmentation_reaches_all_turns_and_flips() -> None:
    picture = tf.constant(60 + PICTURES[0].astype(np.float32) / 2)
    corners = set()
    for seed in range(60):
        seeds = tf.constant([seed, 0], tf.int64)
        result = standard_augmentation(picture, tf.zeros((0, 3)), seeds)[0].numpy()
        normal = (result - result.mean((0, 1))) / result.std((0, 1))
        corners.add(tuple(np.round(normal[[0, 0, -1, -1], [0, -1, 0, -1], 0], 2)))
    assert len(corners) == 8
