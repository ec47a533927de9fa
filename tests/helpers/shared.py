"""Expensive things that are made once for all of pytest's workers."""

from collections.abc import Callable
from pathlib import Path

from filelock import FileLock


def make_once(base: Path, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that the first worker which asks for it fills, while the others wait.

    Args:
        base: pytest's temporary folder of this worker; its parent is that of all of them.
        name: Of the folder.
        make: Fills it. What it raises, every worker raises that asks.
    """
    folder, done = base.parent / name, base.parent / f"{name}.done"
    with FileLock(base.parent / f"{name}.lock"):
        if not done.exists():
            folder.mkdir()  # fails if an earlier worker failed to fill it
            make(folder)
            done.touch()
    return folder
