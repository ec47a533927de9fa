"""Files that appear whole or not at all, and results that are never overwritten."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from common.errors import InputError


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path beside `path` to write to; move it there once the block has ended well.

    The temporary name keeps the suffix, by which Keras, matplotlib and NumPy choose the format,
    and starts with a dot, by which every reader of this project passes it over. After an
    exception the temporary file is removed and `path` is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    beside = Path(name)
    try:
        yield beside
        os.chmod(beside, 0o666 & ~_umask())  # mkstemp makes files that only their owner can read
        _flush_to_disk(beside)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def write_once(path: Path, content: bytes) -> bool:
    """Write a result file; return False if it is already there with the same content.

    Raises InputError if it is there with other content: an earlier result is not overwritten.
    """
    remedy = "Move it away, or give --output."
    try:
        if path.exists():
            if path.read_bytes() == content:
                return False
            raise InputError("no earlier result", "one with other content", path, remedy)
        with whole_file(path) as beside:
            beside.write_bytes(content)
    except OSError as error:
        found = str(error.strerror)
        raise InputError("a file to write", found, path, "Name another with --output.") from error
    return True


def _flush_to_disk(path: Path) -> None:
    """Without this a power cut just after the rename can leave an empty file under the name."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _umask() -> int:
    """Return the process's umask; the only portable way to read it is to set it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
