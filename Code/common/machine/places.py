"""Where a part of the check runs, and what comes back from there; without TensorFlow."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from common.models.precision import Device
from common.utils.tensorflow_env import prepare_tensorflow

_VISIBLE = "CUDA_VISIBLE_DEVICES"
_SEED = 0


@dataclass(frozen=True)
class Place:
    """The devices of a part, which it claims in its own process as a run does.

    Attributes:
        name: For people.
        gpus: CUDA_VISIBLE_DEVICES of the process; None leaves it as it is.
        devices: "one" or "all", as of the network scripts.
        virtual: Devices that the CPU is divided into; 0 for none.
    """

    name: str
    gpus: str | None = None
    devices: str = "one"
    virtual: int = 0

    def claim(self) -> Device:
        """Load TensorFlow and claim the device."""
        if self.gpus is not None:
            os.environ[_VISIBLE] = self.gpus
        prepare_tensorflow()
        import tensorflow as tf

        from common.models.device import claim_device

        if self.virtual:
            (cpu,) = tf.config.list_physical_devices("CPU")
            parts = [tf.config.LogicalDeviceConfiguration()] * self.virtual
            tf.config.set_logical_device_configuration(cpu, parts)
        return claim_device(_SEED)


ANYWHERE = Place("the device of a run")
CPU = Place("CPU", gpus="")


def gpus_are_hidden() -> bool:
    """Tell whether the user wants no GPU to be used."""
    return os.environ.get(_VISIBLE) in ("", "-1")


def other_places(gpus: int, virtual: int | None) -> list[Place]:
    """Return where the trial is made besides the CPU: on each GPU, and on all together.

    Args:
        gpus: How many TensorFlow finds.
        virtual: Devices that stand for them; None for none.
    """
    if virtual:
        return [
            Place("a virtual device", gpus="", virtual=virtual),
            Place(f"{virtual} virtual devices", gpus="", devices="all", virtual=virtual),
        ]
    named = os.environ.get(_VISIBLE)
    names = named.split(",")[:gpus] if named else [str(at) for at in range(gpus)]
    places = [Place(f"GPU {name}", gpus=name) for name in names]
    return [*places, Place(f"{gpus} GPUs", devices="all")] if gpus > 1 else places


@dataclass(frozen=True)
class Facts:
    """What TensorFlow tells of itself and its devices.

    Attributes:
        versions: In words.
        device: That a run uses.
        gpus: How many it finds.
        built_for: Compute capabilities, as tf.sysconfig.get_build_info() names them.
        built_with: CUDA and cuDNN, in words; empty if it is built without.
    """

    versions: str
    device: Device
    gpus: int
    built_for: Sequence[str]
    built_with: str
