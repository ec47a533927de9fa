"""Memory and speed of a network's training steps, and which batch the memory holds."""

import statistics

from common.learning.batch_size import BatchTrial, largest_that_fits
from common.learning.optimizer import optimizer_of
from common.learning.trained_network import compile_for_training
from common.machine.findings import Measured
from common.models.architecture import Architecture
from common.models.precision import Device
from common.models.resnet import build_network

_STEPS = 3  # timed, after the first


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
    plain = build_network(architecture, image_size=image_size)
    optimizer = optimizer_of("adam", 1e-6, "constant", 1)
    trial = BatchTrial(compile_for_training(plain, optimizer, precision, device, "mse"))
    first, trained = largest_that_fits(trial.train, batch)
    seconds = statistics.median(trial.train(trained) for _ in range(_STEPS))
    memory = trial.memory()  # before larger ones are tried
    fits, tried = trial.largest(trained, free) if trained == batch else (trained, True)
    rate = trained / seconds
    return Measured(architecture.script, True, rate, first, memory, fits, tried)
