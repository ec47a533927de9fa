"""A run of a study in a process of its own, whose output goes to a file."""

import os
import subprocess
import sys
from pathlib import Path

from filelock import FileLock


def compute(
    command: list[str], folder: str, lock: str, printed: str, environment: dict[str, str]
) -> int:
    """Run a command in a process of its own.

    A worker that was lost may have left the process that it began: it is waited for, so that
    nothing is trained twice. Dask sends this module by value: it uses nothing of the project.

    Args:
        command: A script and its options.
        folder: The current directory.
        lock: The file that a process holds which is at work on the run.
        printed: The file that what it prints is added to.
        environment: Variables besides those of this process.

    Returns:
        Its exit status.
    """
    with FileLock(lock):
        pass
    with begin(command, folder, printed, environment) as process:
        return process.wait()


def begin(
    command: list[str], folder: str, printed: str, environment: dict[str, str]
) -> subprocess.Popen:
    """Start a command; arguments as of `compute`."""
    with open(printed, "ab") as screen:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=folder,
            stdout=screen,
            stderr=subprocess.STDOUT,
            env=os.environ | environment,
            start_new_session=True,  # Ctrl-C reaches it once: from us
        )


def last_lines(path: Path, count: int = 5) -> list[str]:
    """Return the last lines of a file that are not empty; none if there is no file."""
    if not path.exists():
        return []
    lines = path.read_text(errors="replace").splitlines()
    return [line for line in lines if line.strip()][-count:]
