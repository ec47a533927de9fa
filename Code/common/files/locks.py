"""One process at work in a folder of results at a time."""

import contextlib
import os
import platform
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from common.files.atomic import whole_file
from common.utils.errors import InUseError

_LOCK, _NOTE = ".lock", "running.txt"
_GRACE = 1.0  # seconds; check_free of another process holds the lock for a moment


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep a folder, of a network's logs or other results, for this process for a while.

    The operating system holds the lock, and lets go of it when the process ends in whatever way;
    running.txt tells people, and the next process, who has it. A folder in which nothing has been
    left is removed again, if it was made here.

    Raises:
        InUseError: Another process has it.
    """
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / _NOTE
    with _locked(folder, _GRACE):
        # Whoever ends in order removes the note; as the lock was free, its writer was killed.
        if note.exists():
            print(f"the last run here, {_holder(folder)}, was cut off; its place is taken over")
        with whole_file(note) as beside:
            since = datetime.now().astimezone().isoformat(" ", "seconds")
            beside.write_text(f"process {os.getpid()} on {platform.node()} since {since}\n")
        try:
            yield
        finally:
            note.unlink(missing_ok=True)
            _remove_unused(made)


def _remove_unused(made: list[Path]) -> None:
    """Remove folders in which there is nothing but the lock, the innermost first."""
    for folder in made:
        with contextlib.suppress(OSError):  # results are in it, or it has been moved away
            if [path.name for path in folder.iterdir()] == [_LOCK]:
                lock_of(folder).unlink()
            folder.rmdir()


def lock_of(folder: Path) -> Path:
    """Return the file that the process holds which is at work in a folder."""
    return folder / _LOCK


def check_free(folder: Path) -> None:
    """Raise InUseError if a process is at work in a folder of logs; writes nothing."""
    # Asking for a lock makes its file. Where there is none, nobody is at work.
    if lock_of(folder).exists():
        with _locked(folder, 0):
            pass


def is_held(folder: Path) -> bool:
    """Tell whether a process is at work in a folder of logs."""
    try:
        check_free(folder)
    except InUseError:
        return True
    return False


@contextlib.contextmanager
def _locked(folder: Path, seconds: float) -> Iterator[None]:
    lock = FileLock(lock_of(folder))
    try:
        lock.acquire(timeout=seconds)
    except Timeout as error:
        raise InUseError(
            "no other process at work in this folder",
            _holder(folder),
            folder,
            "Wait until it has ended, or give --output DIR.",
        ) from error
    try:
        yield
    finally:
        lock.release()


def _holder(folder: Path) -> str:
    try:
        return (folder / _NOTE).read_text().strip()
    except FileNotFoundError:  # the note is written only once the lock is held
        return "one that has just begun"
