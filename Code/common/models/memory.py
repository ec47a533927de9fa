"""The memory that a network may take: what is free, as the system and NVIDIA's driver tell it."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_QUERY = ("name", "driver_version", "memory.total", "memory.free")
_MEBIBYTE = 2**20
_MEMORY, _CGROUP = Path("/proc/meminfo"), Path("/sys/fs/cgroup")
_SECONDS = 30  # for nvidia-smi, which hangs with a driver that does


@dataclass(frozen=True)
class Card:
    """An NVIDIA GPU, as its driver tells.

    Attributes:
        name: Of the model.
        driver: Version of the driver.
        memory: Bytes in all.
        free: Bytes that nobody uses.
    """

    name: str
    driver: str
    memory: int
    free: int


def free_memory() -> int | None:
    """Return the bytes of memory that this process may still take; None if that is unknown.

    What the system has left, or less in a container (cgroup v2).
    """
    if not _MEMORY.exists():
        return None
    lines = dict(line.split(":", 1) for line in _MEMORY.read_text().splitlines())
    free = int(lines["MemAvailable"].split()[0]) * 1024
    limit, used = (_CGROUP / f"memory.{name}" for name in ("max", "current"))
    if limit.exists() and limit.read_text().strip() != "max":
        free = min(free, int(limit.read_text()) - int(used.read_text()))
    return free


def find_cards() -> list[Card]:
    """Ask NVIDIA's driver for its GPUs; none where there is no driver or it does not answer."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return []
    command = [program, f"--query-gpu={','.join(_QUERY)}", "--format=csv,noheader,nounits"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_SECONDS)
    except (OSError, subprocess.SubprocessError):
        return []
    # A card without memory of its own tells "[N/A]", and none "No devices were found".
    found = re.findall(r"^(.+), (.+), (\d+), (\d+)$", told.stdout, re.MULTILINE)
    return [
        Card(name, driver, int(memory) * _MEBIBYTE, int(free) * _MEBIBYTE)
        for name, driver, memory, free in found
    ]


def least_free(cards: Sequence[Card]) -> int | None:
    """Return the bytes that nobody uses on any GPU; None where the driver tells of none.

    Of several the fullest counts: which of them TensorFlow takes first, the driver does not tell.
    """
    return min((card.free for card in cards), default=None)
