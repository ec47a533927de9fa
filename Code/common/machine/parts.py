"""The parts of the check that need TensorFlow, each for a process of its own."""

import contextlib

from common.machine.agreement import Trial
from common.machine.findings import Finding, Measured
from common.machine.installation import check_packages, requirements
from common.machine.places import Facts, Place
from common.models.architecture import network_named
from common.models.precision import choose_precision
from common.utils.tensorflow_env import prepare_tensorflow


def packages() -> list[Finding]:
    """Look at the packages of requirements.txt."""
    with contextlib.suppress(ImportError):  # which is then found below
        prepare_tensorflow()  # before another package loads TensorFlow, with its notes
    return check_packages(requirements())


def facts(place: Place) -> Facts:
    """Ask TensorFlow."""
    device = place.claim()
    import keras
    import tensorflow as tf

    built = tf.sysconfig.get_build_info()
    cuda = f"CUDA {built.get('cuda_version')}, cuDNN {built.get('cudnn_version')}"
    return Facts(
        versions=f"TensorFlow {tf.__version__}, Keras {keras.__version__}",
        device=device,
        gpus=len(tf.config.list_physical_devices("GPU")),
        built_for=built.get("cuda_compute_capabilities", []),
        built_with=cuda if built["is_cuda_build"] else "",
    )


def trials(place: Place, asked: str) -> list[Trial]:
    """Train the tiny network in float32 and in the precision that a run would take.

    Args:
        place: Where.
        asked: One of PRECISIONS.
    """
    device = place.claim()
    from common.machine.trial import train_trial

    precisions = dict.fromkeys(("float32", choose_precision(asked, device)))
    return [
        train_trial(precision, frozen, device, place.devices)
        for precision in precisions
        for frozen in (False, True)
    ]


def speed(
    place: Place, network: str, image_size: int, batch: int, asked: str, free: int | None
) -> Measured:
    """Measure a network.

    Args:
        place: Where.
        network: The name of its script.
        image_size: Edge of its input, px.
        batch: Pictures a step.
        asked: One of PRECISIONS.
        free: Bytes of memory that nobody uses; None if unknown.
    """
    device = place.claim()
    from common.machine.speed import measure

    precision = choose_precision(asked, device)
    return measure(network_named(network), image_size, batch, device, precision, free)
