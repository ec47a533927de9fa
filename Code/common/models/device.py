"""The device that TensorFlow runs on."""

import platform
from functools import cache
from pathlib import Path

import keras
import tensorflow as tf

from common.models.precision import Device
from common.utils.terminal import tell


@cache  # a second MirroredStrategy of a process mistakes the first one's sums for its own
def strategy_of(devices: str) -> tf.distribute.Strategy:
    """Return how a process uses its devices, always the same.

    Args:
        devices: "one", or "all": a part of each batch on each of them.
    """
    if devices == "one":
        return tf.distribute.get_strategy()
    kinds = [tf.config.list_logical_devices(kind) for kind in ("GPU", "CPU")]
    names = [device.name for device in kinds[0] or kinds[1]]
    tell(f"devices: {len(names)}, each with its part of a batch")
    return tf.distribute.MirroredStrategy(names)


def pin_keras_settings() -> None:
    """Set what a user's own keras.json may have changed; models and metrics depend on it."""
    keras.config.set_floatx("float32")
    keras.config.set_image_data_format("channels_last")
    keras.config.set_epsilon(1e-7)


def claim_device(seed: int) -> Device:
    """Make runs repeatable, and describe the device."""
    pin_keras_settings()
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    return device_here()


def device_here() -> Device:
    """Describe the device that TensorFlow computes on, and let GPU memory grow as it is needed."""
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        cpuinfo = _cpuinfo()
        name = cpuinfo.get("model name") or platform.processor() or platform.machine()
        flags = frozenset(cpuinfo.get("flags", "").split())
        return Device(f"CPU: {name}", vendor=cpuinfo.get("vendor_id", ""), flags=flags)
    share_gpus()
    details = tf.config.experimental.get_device_details(gpus[0])  # the one that trains
    name = details.get("device_name", "unknown")
    return Device(f"GPU: {name}", capability=details.get("compute_capability", (0, 0)))


def share_gpus() -> None:
    """Take GPU memory as it is needed, so that other processes find some."""
    for gpu in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)


def _cpuinfo() -> dict[str, str]:
    """Read the first processor's entries of /proc/cpuinfo; empty where that does not exist."""
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return {}
    first = path.read_text().partition("\n\n")[0]
    pairs = (line.partition(":") for line in first.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}
