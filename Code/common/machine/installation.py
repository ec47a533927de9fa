"""Packages, driver and GPUs as far as they can be seen without TensorFlow."""

import importlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import packages_distributions, version
from pathlib import Path

from packaging.requirements import Requirement

from common import PROJECT
from common.machine.findings import Finding, Verdict

_QUERY = ("name", "driver_version", "memory.total", "memory.free")
_MEBIBYTE = 2**20
_MEMORY, _CGROUP = Path("/proc/meminfo"), Path("/sys/fs/cgroup")
_SAME = {  # packages that hold the same modules, for other machines
    "tensorflow": ("tensorflow-cpu",),
    "opencv-python": ("opencv-python-headless", "opencv-contrib-python"),
}
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


def requirements(path: Path = PROJECT / "requirements.txt") -> list[Requirement]:
    """Read what the project needs to be installed."""
    lines = (line.partition("#")[0].strip() for line in path.read_text().splitlines())
    return [Requirement(line) for line in lines if line]


def check_packages(needed: list[Requirement]) -> list[Finding]:
    """Compare installed packages with what is needed, and import each."""
    return list(_odd_packages(needed)) or [
        Finding("packages", Verdict.OK, f"{len(needed)} of requirements.txt, all can be imported")
    ]


def _odd_packages(needed: list[Requirement]) -> Iterator[Finding]:
    modules = _modules()
    for one in needed:
        try:
            name = next(name for name in (one.name, *_SAME.get(one.name, ())) if name in modules)
            found = version(name)
            importlib.import_module(modules[name])
        except StopIteration:
            text = f"{one.name} is not installed; python -m pip install -r requirements.txt"
            yield Finding("packages", Verdict.FAILS, text)
        except (ImportError, OSError) as error:  # libGL; a library of another version
            text = f"{one.name} cannot be imported: {str(error).splitlines()[0]}"
            yield Finding("packages", Verdict.FAILS, text)
        else:
            if not one.specifier.contains(found, prereleases=True):
                text = f"{one.name} {found} is installed, tested are {one.specifier}"
                yield Finding("packages", Verdict.WARNING, text)


def _modules() -> dict[str, str]:
    """Return a module of each installed package, that of its own name if there is one."""
    found: dict[str, str] = {}
    for module, packages in packages_distributions().items():
        for package in map(str.lower, packages):
            if package not in found or module == package.replace("-", "_"):
                found[package] = module
    return found


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


def check_capability(capability: tuple[int, int], built_for: list[str]) -> Finding:
    """Compare a GPU's compute capability with those that TensorFlow was built for.

    Binaries ("sm_70") run on the same major version from their minor one on; "compute_90" is
    code that the driver compiles for any newer GPU (CUDA C++ Programming Guide, "Binary
    compatibility" and "PTX compatibility").

    Args:
        capability: Of the GPU, as (7, 5).
        built_for: As tf.sysconfig.get_build_info() names them.
    """
    matches = filter(None, (re.fullmatch(r"(sm|compute)_(\d+)(\d)", one) for one in built_for))
    known = [(match[1], (int(match[2]), int(match[3]))) for match in matches]
    major = capability[0]
    binary = any(kind == "sm" and one[0] == major and one <= capability for kind, one in known)
    compiled = any(kind == "compute" and one <= capability for kind, one in known)
    text = f"{major}.{capability[1]}; TensorFlow is built for {', '.join(built_for)}"
    if binary:
        return Finding("compute capability", Verdict.OK, text)
    if compiled:
        late = "the driver compiles for this GPU at the first start, which may take half an hour"
        return Finding("compute capability", Verdict.WARNING, f"{text}; {late}")
    remedy = "this GPU cannot be used; CUDA_VISIBLE_DEVICES= trains on the CPU"
    return Finding("compute capability", Verdict.FAILS, f"{text}; {remedy}")
