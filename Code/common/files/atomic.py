"""Files that appear whole or not at all, and results that are never overwritten."""

import contextlib
import errno
import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from common.utils.errors import InputError

_TRIES = 20
# What whole_file makes, and no one else: mkstemp adds the last eight characters.
_MARK = "-incomplete-"
_UNFINISHED = re.compile(rf"\..*{_MARK}[a-z0-9_]{{8}}\.\w+")


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path beside `path` to write to; move it there once the block has ended well.

    The temporary name keeps the suffix, by which Keras, matplotlib and NumPy choose the format,
    and starts with a dot, by which every reader of this project passes it over. After an
    exception the temporary file is removed and `path` is as it was.

    Yields:
        The path to write to.

    Raises:
        OSError: The file cannot be written; names `path`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder: a rename replaces at one stroke only within a file system.
    begin = f".{path.stem}{_MARK}"
    handle, name = tempfile.mkstemp(prefix=begin, suffix=path.suffix, dir=path.parent)
    os.close(handle)
    beside = Path(name)
    try:
        yield beside
        os.chmod(beside, 0o666 & ~_umask())  # mkstemp makes files that only their owner can read
        _flush_to_disk(beside)
        _move(beside, path)
    except OSError as error:  # zipfile's and HDF5's name no file, others the temporary one
        reason = os.strerror(error.errno) if error.errno else str(error).splitlines()[0]
        raise OSError(error.errno or errno.EIO, reason, str(path)) from error
    finally:
        beside.unlink(missing_ok=True)


@contextlib.contextmanager
def whole_folder(path: Path, do: str) -> Iterator[Path]:
    """Give a folder beside `path` to fill; it becomes `path` once the block has ended well.

    Args:
        path: The folder to make.
        do: What the user is told if it is there.

    Yields:
        The folder to fill.

    Raises:
        InputError: `path` exists, or the folder around it cannot be made.
    """
    refusal = InputError("no folder yet", "one", path, do)
    if path.exists():
        raise refusal
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        found = str(error.strerror)
        raise InputError("a folder", found, path.parent, "Give another --output.") from error
    with tempfile.TemporaryDirectory(prefix=f".{path.name}{_MARK}", dir=path.parent) as folder:
        beside = Path(folder) / path.name
        beside.mkdir()
        yield beside
        if path.exists():  # another process was faster
            raise refusal
        os.replace(beside, path)


@contextlib.contextmanager
def hdf5_errors() -> Iterator[None]:
    """Raise OSError where HDF5 cannot write; h5py makes a RuntimeError of it when a file closes."""
    try:
        yield
    except RuntimeError as error:
        match = re.search(r"errno = (\d+)", str(error))
        if match is None:
            raise
        raise OSError(int(match[1]), os.strerror(int(match[1]))) from error


def remove_unfinished(folder: Path, seconds: float = 0) -> None:
    """Remove what killed processes left of their whole_file, if it is older than `seconds`."""
    latest = time.time() - seconds
    for path in folder.glob(".*"):
        if _UNFINISHED.fullmatch(path.name):
            with contextlib.suppress(FileNotFoundError):  # its process lives, and has just ended it
                if path.stat().st_mtime <= latest:
                    path.unlink()


def is_written(path: Path, content: bytes) -> bool:
    """Tell whether a result file is there already.

    Raises:
        InputError: It is there with other content.
    """
    if not path.exists():
        return False
    if path.read_bytes() != content:
        remedy = "Move it away, or give --output."
        raise InputError("no earlier result", "one with other content", path, remedy)
    return True


def write_once(path: Path, content: bytes) -> bool:
    """Write a result file; an earlier result is not overwritten.

    Returns:
        False if it is already there with the same content.

    Raises:
        InputError: It is there with other content, or cannot be written.
    """
    try:
        if is_written(path, content):
            return False
        with whole_file(path) as beside:
            beside.write_bytes(content)
    except OSError as error:
        found = str(error.strerror)
        raise InputError("a file to write", found, path, "Name another with --output.") from error
    return True


def is_page(path: Path, title: str) -> bool:
    """Tell whether a file is a page of this title, as scripts of this project write them."""
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    return f"<title>{title}</title>" in text


def check_ours(page: Path, title: str, *others: Path) -> None:
    """Raise InputError if results would replace files of somebody else.

    Args:
        page: An HTML page; one of this title is an earlier result, and so is what lies beside it.
        title: Of the page.
        others: The other results.
    """
    if page.exists():
        if is_page(page, title):
            return
        others = (page,)
    for path in others:
        if path.exists():
            do = "Move it away, or give --output DIR."
            raise InputError("no file, or an earlier result", "another file", path, do)


def _move(source: Path, target: Path) -> None:
    """Rename; Windows refuses while somebody reads the target, which other scripts do briefly."""
    for _ in range(_TRIES):
        try:
            os.replace(source, target)
        except PermissionError:
            if os.name != "nt":
                raise
            time.sleep(0.1)
        else:
            return
    os.replace(source, target)


def _flush_to_disk(path: Path) -> None:
    """Without this a power cut just after the rename can leave an empty file under the name."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _umask() -> int:
    """Return the process's umask; the only portable way to read it is to set it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
