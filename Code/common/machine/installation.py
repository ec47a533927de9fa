"""Packages, and what a GPU must be able to do, as far as they can be seen without TensorFlow."""

import contextlib
import importlib
import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

from common import PROJECT
from common.machine.findings import Finding, Verdict

_SAME = {  # packages that hold the same modules, for other machines
    "tensorflow": ("tensorflow-cpu",),
    "opencv-python": ("opencv-python-headless", "opencv-contrib-python"),
}


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
    for one in needed:
        try:
            found = _find_package(one.name)
            importlib.import_module(_module(found))
        except PackageNotFoundError:
            text = f"{one.name} is not installed; python -m pip install -r requirements.txt"
            yield Finding("packages", Verdict.FAILS, text)
        except (ImportError, OSError) as error:  # libGL; a library of another version
            text = f"{one.name} cannot be imported: {str(error).splitlines()[0]}"
            yield Finding("packages", Verdict.FAILS, text)
        else:
            if not one.specifier.contains(found.version, prereleases=True):
                text = f"{one.name} {found.version} is installed, tested are {one.specifier}"
                yield Finding("packages", Verdict.WARNING, text)


def _find_package(name: str) -> Distribution:
    """Return a package, or one in its place; PackageNotFoundError if there is none."""
    for candidate in (name, *_SAME.get(name, ())):
        with contextlib.suppress(PackageNotFoundError):
            return distribution(candidate)
    raise PackageNotFoundError(name)


def _module(package: Distribution) -> str:
    """Return a module of a package, that of its own name if there is one.

    packages_distributions() of Python 3.10 does not know those of numpy and others.
    """
    own = package.metadata["Name"].lower().replace("-", "_")
    inside = {
        file.parts[0]
        for file in package.files or ()
        if len(file.parts) == 2 and file.name == "__init__.py"
    }
    return own if own in inside else min(inside, default=own)


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
