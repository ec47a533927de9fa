"""Which batch fits, against a memory that is made up."""

from collections.abc import Callable

import pytest
import tensorflow as tf
from common.machine.speed import batch_that_fits, largest_that_trains

GIGABYTE = 10**9


def memory_for(most: int) -> Callable[[int], float]:
    def train(batch: int) -> float:
        if batch > most:
            raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")
        return float(batch)

    return train


@pytest.mark.parametrize(("most", "fits"), [(64, 16), (16, 16), (5, 4), (1, 1)])
def test_batches_are_halved_until_one_fits(most: int, fits: int) -> None:
    assert largest_that_trains(memory_for(most), 16) == (float(fits), fits)


def test_a_memory_that_holds_no_picture() -> None:
    with pytest.raises(tf.errors.ResourceExhaustedError):
        largest_that_trains(memory_for(0), 16)


@pytest.mark.parametrize(
    ("free", "fits"),
    [
        (10 * GIGABYTE, 64),  # 0.9 of it, less 0.5 for the weights, in pieces of 0.1: 85
        (1 * GIGABYTE, 16),  # that one has trained
        (10**15, 1024),
        (None, None),
    ],
)
def test_the_batch_follows_from_the_memory_of_another(free: int | None, fits: int | None) -> None:
    assert batch_that_fits(free, GIGABYTE // 2, 21 * GIGABYTE // 10, 16) == fits
    assert batch_that_fits(free, GIGABYTE // 2, None, 16) is None
