"""Faults that a test puts into a script that it starts, as the machine would."""

import os
import resource
from collections.abc import Callable
from functools import partial
from pathlib import Path

# Python imports sitecustomize in every process that has its folder on PYTHONPATH.
EXCEL = """
import os
replace = os.replace

def refuse_open_file(source, target, *more, **named):
    if str(target).endswith("log0.xlsx") and "/." not in str(target) and os.path.exists({flag!r}):
        raise PermissionError(13, "The process cannot access the file", str(target))
    return replace(source, target, *more, **named)

os.replace = refuse_open_file
"""


def excel_has_the_log(folder: Path) -> tuple[dict[str, str], Path]:
    """Give an environment in which log0.xlsx cannot be replaced, as on Windows, while a flag lies.

    Returns the environment and the flag.
    """
    flag = folder / "open-in-excel"
    flag.touch()
    (folder / "sitecustomize.py").write_text(EXCEL.format(flag=str(flag)))
    return {"PYTHONPATH": str(folder)}, flag


def small_disk(megabytes: float) -> Callable[[], None]:
    """Make a function, to be called before a script, that lets no file grow beyond a size."""
    return partial(resource.setrlimit, resource.RLIMIT_FSIZE, (round(megabytes * 2**20),) * 2)


def as_ordinary_user() -> None:
    """Take the right to all files from a process that root starts, before a new interpreter.

    Drops CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH from the bounding set (linux/capability.h, prctl
    PR_CAPBSET_DROP).
    """
    if os.geteuid() == 0:
        import ctypes

        for capability in (1, 2):
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
