"""The device that TensorFlow runs on."""

import platform
from pathlib import Path

import keras
import tensorflow as tf


def claim_device(seed: int) -> str:
    """Make runs repeatable, let GPU memory grow as it is needed, and describe the device."""
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return f"CPU: {_processor()}"
    for gpu in gpus:
        tf.config.experimental.set_memory_growth(gpu, True)
    names = [tf.config.experimental.get_device_details(gpu).get("device_name") for gpu in gpus]
    return f"GPU: {', '.join(str(name) for name in names)}"


def _processor() -> str:
    """Name the processor; Linux tells the model only in /proc/cpuinfo."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
