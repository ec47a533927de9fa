"""A run of a study in a process of its own, whose output goes to a file."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from filelock import FileLock

# As in utils.interrupt and utils.errors, which a Dask worker cannot import.
ENDS_WITH_STDIN, IN_USE = "TUMOUR_DENSITY_ENDS_WITH_STDIN", 75


def compute(
    command: list[str], folder: str, lock: str, printed: str, environment: dict[str, str]
) -> int:
    """Run a command in a process of its own.

    Whoever else is at work on the run is waited for, so that nothing is trained twice: another
    Run_All.py, or the process of a worker that was lost, which saves and ends. Dask sends this
    module by value: it uses nothing of the project.

    Args:
        command: A script and its options.
        folder: The current directory.
        lock: The file that a process holds which is at work on the run.
        printed: The file that what it prints is added to.
        environment: Variables besides those of this process.

    Returns:
        Its exit status.
    """
    while True:
        with FileLock(lock):
            pass
        with begin(command, folder, printed, environment) as process:
            status = process.wait()
        if status != IN_USE:
            return status


def begin(
    command: list[str],
    folder: str,
    printed: str | None = None,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.Popen:
    """Start a command, which ends when this process ends.

    Args:
        command: A script and its options.
        folder: The current directory.
        printed: The file that what it prints is added to; None for this process's own output.
        environment: Variables besides those of this process.
    """
    with contextlib.ExitStack() as stack:
        screen = stack.enter_context(open(printed, "ab")) if printed else None
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=folder,
            stdin=subprocess.PIPE,  # see end_with_parent
            stdout=screen,
            stderr=subprocess.STDOUT if screen else None,
            env=os.environ | environment | {ENDS_WITH_STDIN: "yes"},
            start_new_session=True,  # Ctrl-C reaches it once: from us
        )


def end(process: subprocess.Popen) -> None:
    """Ask a process to save and end.

    On Windows it is ended at once; what an epoch has saved is kept there as well.
    """
    if process.poll() is None:
        process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)


def last_lines(path: Path, count: int = 5) -> list[str]:
    """Return the last lines of a file that are not empty; none if there is no file."""
    if not path.exists():
        return []
    lines = path.read_text(errors="replace").splitlines()
    return [line for line in lines if line.strip()][-count:]
