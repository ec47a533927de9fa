"""Which batch the device's memory holds: calculated from a smaller one, and tried."""

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import tensorflow as tf

from common.config.training_options import BATCH_SIZE, MachineryOptions
from common.learning.trained_network import TrainedNetwork
from common.utils.errors import InputError
from common.utils.terminal import tell

_MOST = 1024  # larger batches are of no use with NuCLS' 1,000 training fields
_SHARE = 0.9  # of the free memory: what is left over is in pieces
_GRADIENT = 4  # bytes a weight
_STATUS = Path("/proc/self/status")

Train = Callable[[int], float]
Result = TypeVar("Result")


class BatchTrial:
    """A network that trains on grey pictures, to see which batch memory holds.

    Its weights are of no use afterwards.
    """

    def __init__(self, network: TrainedNetwork) -> None:
        self._network = network
        self._on_gpu = bool(tf.config.list_logical_devices("GPU"))
        _, changing = network.sizes()
        beside = 0 if self._on_gpu else _status("VmRSS") or 0
        self._fixed = changing + _GRADIENT * network.plain.count_params() + beside

    def train(self, batch: int) -> float:
        """Train a batch, divided among all devices, and return the seconds of it."""
        learner = self._network.learner
        # Each device would be given a whole one.
        part = math.ceil(batch / learner.distribute_strategy.num_replicas_in_sync)
        inputs = [np.full((part, *one.shape[1:]), 128, np.float32) for one in learner.inputs]
        densities = np.full((part, 1), 0.5, np.float32)
        began = time.perf_counter()
        learner.train_on_batch(inputs if len(inputs) > 1 else inputs[0], densities)
        return time.perf_counter() - began

    def train_and_validate(self, batch: int) -> float:
        """Train a batch and answer for it, by the folded twin, which takes memory as well."""
        seconds = self.train(batch)
        pictures = np.full((batch, *self._network.plain.input_shape[1:]), 128, np.float32)
        self._network.answers(tf.data.Dataset.from_tensors(pictures))
        return seconds

    def memory(self) -> int | None:
        """Return the bytes at most until now; None where the system does not tell."""
        if self._on_gpu:
            return tf.config.experimental.get_memory_info("GPU:0")["peak"]
        return _status("VmHWM")

    def largest(self, trained: int, free: int | None, most: int = _MOST) -> tuple[int | None, bool]:
        """Find the largest batch that memory holds: calculated, and on a GPU tried.

        Args:
            trained: A batch that has trained.
            free: Bytes that were to be had in the beginning; None if unknown.
            most: Larger ones are not wanted.

        Returns:
            A power of 2 or `trained`, None if memory is unknown; whether it has trained.
        """
        fits = batch_that_fits(free, self._fixed, self.memory(), trained, most)
        if self._on_gpu and fits and fits > trained:
            fits = max(trained, largest_that_fits(self.train_and_validate, fits)[1])
        return fits, self._on_gpu or fits == trained


def largest_batch(network: TrainedNetwork, free: int | None, most: int) -> int:
    """Find the largest batch, a power of 2, that a GPU's memory holds; see BatchTrial.largest.

    Raises:
        tf.errors.ResourceExhaustedError: It does not even hold one picture.
    """
    trial, first = BatchTrial(network), min(BATCH_SIZE, most)
    _, trained = largest_that_fits(trial.train_and_validate, first)
    return trial.largest(trained, free, most)[0] or trained if trained == first else trained


def largest_that_fits(work: Callable[[int], Result], batch: int) -> tuple[Result, int]:
    """Work with a batch, or the half of it, and so on, until the memory holds it.

    Args:
        work: Trains or answers in batches of a size.
        batch: The first size.

    Returns:
        What `work` returns, and the batch.

    Raises:
        tf.errors.ResourceExhaustedError: It does not even hold one picture.
    """
    while True:
        try:
            return work(batch), batch
        except tf.errors.ResourceExhaustedError:
            if batch == 1:
                raise
        batch //= 2


def batch_that_fits(
    free: int | None, fixed: int, memory: int | None, batch: int, most: int = _MOST
) -> int | None:
    """Calculate which batch, a power of 2, memory holds; at least the one that has trained.

    Memory grows in proportion to the batch, apart from what the weights take.

    Args:
        free: Bytes that are to be had.
        fixed: Bytes whatever the batch.
        memory: Bytes at most while a batch trained.
        batch: That batch.
        most: Larger ones are not wanted.

    Returns:
        The batch; None if memory is unknown.
    """
    if free is None or memory is None:
        return None
    per_picture = max(1.0, (memory - fixed) / batch)
    holds = (free * _SHARE - fixed) / per_picture
    return max(batch, 2 ** int(np.log2(np.clip(holds, 1, most))))


@contextlib.contextmanager
def memory_for(batch: int, remedy: Callable[[], str]) -> Iterator[None]:
    """Raise InputError where memory does not hold a batch.

    Args:
        batch: Pictures.
        remedy: Says what to do; called only then.
    """
    try:
        yield
    except tf.errors.ResourceExhaustedError as error:
        found = f"batches of {batch} ({str(error).splitlines()[0][:80]})"
        remedy = f"{remedy()}; nvidia-smi tells who else uses the GPU."
        raise InputError("a batch that the device's memory holds", found, do=remedy) from error


def smaller_batch(machinery: MachineryOptions, train: Train) -> str:
    """Say what to give in place of a batch: a smaller one that trains, for the same updates.

    Args:
        machinery: Tells the batch.
        train: Trains one of a size.
    """
    batch, update = machinery.batch_size, machinery.batch_size * machinery.accumulate
    tell(f"memory does not hold a batch of {batch}: looking for one that fits")
    try:
        fits = largest_that_fits(train, batch // 2)[1] if batch > 1 else 0
    except tf.errors.ResourceExhaustedError:
        fits = 0
    if not fits:
        return "Not even one picture fits: give a smaller --image-size or a smaller network"
    if machinery.devices == "all":
        return f"Give --batch-size {fits} (another run), or a smaller --image-size"
    fits = next(size for size in range(fits, 0, -1) if update % size == 0)
    options = f"--batch-size {fits} --accumulate {update // fits}"
    return f"Give {options} (as large updates; another run), or a smaller --image-size"


def _status(name: str) -> int | None:
    """Return an entry of this process's status, bytes; None where there is no such file."""
    if not _STATUS.exists():
        return None
    lines = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines())
    return int(lines[name].split()[0]) * 1024
