"""Memory and speed of a network's training steps, and which batch the memory holds."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from common.learning.optimizer import optimizer_of
from common.learning.trained_network import compile_for_training
from common.machine.findings import Measured
from common.models.architecture import Architecture
from common.models.precision import Device
from common.models.resnet import build_network

_STEPS = 3  # timed, after the first
_MOST = 1024  # larger batches are of no use with NuCLS' 1,000 training fields
_SHARE = 0.9  # of the free memory: what is left over is in pieces
_BYTES = 16  # a weight: itself, its gradient and Adam's two moments, float32 each
_STATUS = Path("/proc/self/status")


def measure(
    architecture: Architecture,
    image_size: int,
    batch: int,
    device: Device,
    precision: str,
    free: int | None,
) -> Measured:
    """Train a network for a few steps, on a GPU also with the largest batch that should fit.

    Args:
        architecture: Of the network.
        image_size: Edge of its input, px.
        batch: Pictures a step; smaller if that does not fit.
        device: That trains.
        precision: Of the activations.
        free: Bytes of memory that nobody uses; None if unknown.
    """
    on_gpu = device.capability is not None
    plain = build_network(architecture, image_size=image_size)
    optimizer = optimizer_of("adam", 1e-6, "constant", 1)
    twin = compile_for_training(plain, optimizer, precision, device, "mse").twin
    fixed = _BYTES * plain.count_params() + (0 if on_gpu else _status("VmRSS") or 0)
    train = _steps_of(twin, image_size)
    first, trained = largest_that_trains(train, batch)
    seconds = statistics.median(train(trained) for _ in range(_STEPS))
    memory = tf.config.experimental.get_memory_info("GPU:0")["peak"] if on_gpu else _status("VmHWM")
    fits = batch_that_fits(free, fixed, memory, trained) if trained == batch else trained
    if on_gpu and fits and fits > trained:
        _, fits = largest_that_trains(train, fits)
    tried = on_gpu or fits == trained
    rate = trained / seconds
    return Measured(architecture.script, True, rate, first, memory, fits, tried)


def _steps_of(twin: keras.Model, image_size: int) -> Callable[[int], float]:
    """Return what trains a batch of a size and returns the seconds of it."""

    def train(batch: int) -> float:
        pictures = np.full((batch, image_size, image_size, 3), 128, np.float32)
        densities = np.full((batch, 1), 0.5, np.float32)
        began = time.perf_counter()
        twin.train_on_batch(pictures, densities)
        return time.perf_counter() - began

    return train


def largest_that_trains(train: Callable[[int], float], batch: int) -> tuple[float, int]:
    """Train a batch, or the half of it, and so on, until the memory holds it.

    Returns:
        What `train` returns, and the batch.

    Raises:
        tf.errors.ResourceExhaustedError: It does not even hold one picture.
    """
    while True:
        try:
            return train(batch), batch
        except tf.errors.ResourceExhaustedError:
            if batch == 1:
                raise
        batch //= 2


def batch_that_fits(free: int | None, fixed: int, memory: int | None, batch: int) -> int | None:
    """Calculate which batch, a power of 2, memory holds; at least the one that has trained.

    Memory grows in proportion to the batch, apart from what the weights take.

    Args:
        free: Bytes that are to be had.
        fixed: Bytes whatever the batch.
        memory: Bytes at most while a batch trained.
        batch: That batch.

    Returns:
        The batch; None if memory is unknown.
    """
    if free is None or memory is None:
        return None
    per_picture = max(1.0, (memory - fixed) / batch)
    most = (free * _SHARE - fixed) / per_picture
    return max(batch, 2 ** int(np.log2(np.clip(most, 1, _MOST))))


def _status(name: str) -> int | None:
    """Return an entry of this process's status, bytes; None where there is no such file."""
    if not _STATUS.exists():
        return None
    lines = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines())
    return int(lines[name].split()[0]) * 1024
