"""Which batch fits, against a memory that is made up."""

from collections.abc import Callable
from functools import partial

import pytest
import tensorflow as tf
from common.config.training_options import MachineryOptions
from common.learning.batch_size import (
    BatchTrial,
    batch_that_fits,
    largest_that_fits,
    memory_for,
    smaller_batch,
)
from common.utils.errors import InputError

GIGABYTE = 10**9


def memory_that_holds(most: int) -> Callable[[int], float]:
    def train(batch: int) -> float:
        if batch > most:
            raise tf.errors.ResourceExhaustedError(
                None, None, "OOM when allocating tensor\nand more"
            )
        return float(batch)

    return train


@pytest.mark.parametrize(("most", "fits"), [(64, 16), (16, 16), (5, 4), (1, 1)])
def test_batches_are_halved_until_one_fits(most: int, fits: int) -> None:
    assert largest_that_fits(memory_that_holds(most), 16) == (float(fits), fits)


def test_a_memory_that_holds_no_picture() -> None:
    with pytest.raises(tf.errors.ResourceExhaustedError):
        largest_that_fits(memory_that_holds(0), 16)


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


class MadeUp(BatchTrial):
    """A network whose batches take 0.1 GB a picture beside 0.5 for the weights."""

    def __init__(self, holds: int, on_gpu: bool) -> None:
        self.train = self.train_and_validate = memory_that_holds(holds)
        self._on_gpu, self._fixed = on_gpu, GIGABYTE // 2

    def memory(self) -> int:
        """Return that of a batch of 16."""
        return 21 * GIGABYTE // 10


@pytest.mark.parametrize(
    ("holds", "on_gpu", "found"),
    [
        (64, True, (64, True)),
        (40, True, (32, True)),
        (16, True, (16, True)),
        (16, False, (64, False)),  # the system would begin to swap
    ],
)
def test_on_gpus_the_calculated_batch_is_tried(
    holds: int, on_gpu: bool, found: tuple[int, bool]
) -> None:
    assert MadeUp(holds, on_gpu).largest(16, 10 * GIGABYTE) == found


def test_a_larger_batch_is_not_calculated_than_wanted() -> None:
    assert batch_that_fits(10 * GIGABYTE, GIGABYTE // 2, 21 * GIGABYTE // 10, 16, most=32) == 32


@pytest.mark.parametrize(
    ("most", "given", "told"),
    [
        (8, {}, "Give --batch-size 8 --accumulate 2 ("),
        (5, {}, "Give --batch-size 4 --accumulate 4 ("),
        (4, {"accumulate": 3}, "Give --batch-size 4 --accumulate 12 ("),
        (5, {"batch_size": 12}, "Give --batch-size 3 --accumulate 4 ("),
        (5, {"batch_size": 10}, "Give --batch-size 5 --accumulate 2 ("),
        (5, {"devices": "all"}, "Give --batch-size 4 (another run)"),
        (0, {}, "Not even one picture fits: give a smaller --image-size"),
        (0, {"batch_size": 1}, "Not even one picture fits: give a smaller --image-size"),
    ],
)
def test_too_large_a_batch_is_told_with_one_that_fits(most: int, given: dict, told: str) -> None:
    machinery, train = MachineryOptions(**given), memory_that_holds(most)
    remedy = partial(smaller_batch, machinery, train)
    with pytest.raises(InputError) as caught, memory_for(machinery.batch_size, remedy):
        train(machinery.batch_size)
    first, second = str(caught.value).splitlines()
    found = f"found batches of {machinery.batch_size} (OOM when allocating tensor)"
    assert first == f"expected a batch that the device's memory holds, {found}"
    assert second.startswith(f"  {told}")
    assert second.endswith("; nvidia-smi tells who else uses the GPU.")
