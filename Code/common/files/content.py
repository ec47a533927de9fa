"""Digests of files' content, remembered so that a file that has not changed is read once."""

import contextlib
import hashlib
import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from common.files.atomic import whole_file
from common.files.disk import cache_folder
from common.files.json_text import parse_object

_MEMORY = "contents.json"  # in the cache folder

_BLOCK = 1 << 20  # bytes that are read at once: slides are larger than memory
# Nanoseconds for which a file must have been left alone to be recognised again: some file systems
# tell the time of a change no finer, so that a second change could pass for the first.
_SETTLED = 2_000_000_000


def content_digests(paths: Sequence[Path], memory: Path | None = None) -> list[str]:
    """Return BLAKE2b of each file's content, 16 bytes in hexadecimal; else why it cannot be read.

    Args:
        paths: Files.
        memory: JSON file that remembers digests by path, size and times of change, None for that
            of the cache folder; where it cannot be written, files are read again.
    """
    memory = memory or cache_folder() / _MEMORY
    known = _recalled(memory)
    stamps = {path: _stamp(path) for path in paths}
    new = [path for path, stamp in stamps.items() if stamp not in known]
    with ThreadPoolExecutor() as pool:
        read = dict(zip(new, pool.map(_digest, new), strict=True))
    settled = {stamps[path]: digest for path, digest in read.items() if stamps[path]}
    if settled:
        _remember(memory, known | settled)
    return [read[path] if path in read else known[stamps[path]] for path in paths]


def _stamp(path: Path) -> str:
    """Return what changes with a file's content; "" if it was changed just now, or is not there."""
    try:
        status = path.stat()
    except OSError:
        return ""
    if time.time_ns() - status.st_mtime_ns < _SETTLED:
        return ""
    # Unlike the time of its content's change, that of any change (ctime) cannot be set by hand.
    parts = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    return " ".join(map(str, (path.absolute(), *parts)))


def _digest(path: Path) -> str:
    total = hashlib.blake2b(digest_size=16)
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                total.update(block)
    except OSError as error:
        return str(error.strerror)
    return total.hexdigest()


def _recalled(memory: Path) -> dict[str, str]:
    try:
        return parse_object(memory.read_bytes())
    except (OSError, ValueError):  # none yet, or a damaged one: all is read again
        return {}


def _remember(memory: Path, known: dict[str, str]) -> None:
    with contextlib.suppress(OSError):
        memory.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(memory) as beside:
            beside.write_text(json.dumps(known))
