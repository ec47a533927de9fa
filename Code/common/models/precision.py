"""Which precision a device trains fastest and safely in."""

from dataclasses import dataclass

# Parts of a network that may answer in reduced precision, the fastest choice first; named by what
# the names of their layers begin with.
REDUCED = (
    ("conv1", "pool1", "conv2", "conv3", "conv4", "conv5"),
    ("conv3", "conv4", "conv5"),
    ("conv4", "conv5"),
)
PRECISIONS = ("auto", "float32", "bfloat16", "float16")
# NVIDIA: tensor cores for float16 from compute capability 7.0 on, for bfloat16 from 8.0 on.
_FLOAT16_CAPABILITY, _BFLOAT16_CAPABILITY = (7, 0), (8, 0)
# As Linux lists them in /proc/cpuinfo. AMX multiplies bfloat16 several times as fast as float32,
# AMD's AVX-512 twice as fast. Intel's AVX-512 without AMX is no faster in bfloat16, and converting
# made training slower (measured: 5 against 7 images a second).
_AMX, _AVX512, _AMD = "amx_bf16", "avx512_bf16", "AuthenticAMD"


@dataclass(frozen=True)
class Device:
    """A device as far as it decides how to train.

    Attributes:
        name: For people.
        capability: Compute capability of the GPU, None for a CPU.
        vendor, flags: The CPU's, as /proc/cpuinfo has them.
    """

    name: str
    capability: tuple[int, int] | None = None
    vendor: str = ""
    flags: frozenset[str] = frozenset()

    @property
    def compiles(self) -> bool:
        """Tell whether XLA pays: it does on GPUs and slows these networks down on CPUs."""
        return self.capability is not None


def choose_precision(asked: str, device: Device) -> str:
    """Settle the precision that a device trains in.

    bfloat16 has float32's range and needs no loss scaling, so it comes before float16.

    Args:
        asked: One of PRECISIONS.
        device: For which "auto" is settled.

    Returns:
        "float32", "bfloat16" or "float16".
    """
    if asked != "auto":
        return asked
    if device.capability is None:
        fast = _AMX in device.flags or (_AVX512 in device.flags and device.vendor == _AMD)
        return "bfloat16" if fast else "float32"
    if device.capability >= _BFLOAT16_CAPABILITY:
        return "bfloat16"
    return "float16" if device.capability >= _FLOAT16_CAPABILITY else "float32"
