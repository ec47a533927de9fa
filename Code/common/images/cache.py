"""Pictures decoded and resized once, then memory-mapped by every run.

A run over the same pictures at the same size finds them in the cache folder. The cache's name is a
hash of the pictures' content, the size and the way of decoding, so that nothing stale is ever
read; a file appears there whole or not at all, and is made anew if its checksum does not fit. It
may be deleted at any time.
"""

import functools
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
from PIL import __version__ as pillow_version

from common.files.atomic import remove_unfinished, whole_file
from common.files.content import content_digests
from common.files.disk import cache_folder
from common.files.identity import digest
from common.images.picture_file import PictureFile
from common.images.reading import read_picture, resize
from common.utils.errors import DAMAGED_ARRAY, InputError, name_all
from common.utils.terminal import bar

_CHECKSUM = 16  # bytes
# Seconds after which a half-written cache is one of a killed process. Other runs write here too.
_ABANDONED = 3600
_HOW = f"3: Pillow {pillow_version}; INTER_AREA, INTER_CUBIC of OpenCV {cv2.__version__}".encode()


def load_pictures(files: Sequence[PictureFile], size: int) -> np.ndarray:
    """Return pictures as a read-only memory map; those that are not square are squeezed.

    Args:
        files: The pictures, or the parts of them that are shown.
        size: Edge that they are resized to, px.

    Returns:
        uint8 RGB, (pictures, size, size, 3).

    Raises:
        InputError: A picture cannot be read or is too small, before any is kept; or the cache
            cannot be written.
    """
    name = fingerprint(files, _HOW + size.to_bytes(4, "big"))
    cache = cache_folder() / f"pictures-{size}px-{name}.npy"
    shape = (len(files), size, size, 3)
    kept = kept_array(cache, shape)
    if kept is not None:
        return kept
    with closing(_decode_all(files, size)) as decoded:
        shown = bar(decoded, "reading pictures", len(files), unit=" fields")
        return keep_array(cache, shown, shape)


def _checksum() -> "hashlib.blake2b":
    return hashlib.blake2b(digest_size=_CHECKSUM)


def picture_digests(pictures: np.ndarray) -> list[bytes]:
    """Hash each picture, so that equal ones have equal digests, however they were stored."""
    return [hashlib.blake2b(picture.tobytes(), digest_size=16).digest() for picture in pictures]


def digest_of(files: Sequence[PictureFile], size: int) -> str:
    """Return a short hash of pictures in their order, resized.

    Raises:
        InputError: As of load_pictures.
    """
    return _digest_of(tuple(files), size)


@functools.lru_cache(maxsize=4)  # the runs of a study see the same pictures
def _digest_of(files: tuple[PictureFile, ...], size: int) -> str:
    return digest(*picture_digests(load_pictures(files, size)))


def fingerprint(files: Sequence[PictureFile], how: bytes) -> str:
    """Hash the content of pictures in their order, and what is done to them (`how`)."""
    contents = content_digests([file.path for file in files])
    total = hashlib.blake2b(how, digest_size=12)
    for file, content in zip(files, contents, strict=True):
        total.update(f"{content} {file.crop}".encode())
    return total.hexdigest()


def kept_array(
    cache: Path, shape: tuple[int, ...], dtype: type[np.generic] = np.uint8
) -> np.ndarray | None:
    """Return an array that keep_array wrote, as a memory map; None if there is none.

    A file that is cut off or has other bytes than were written is told, and counts as none.
    """
    try:
        with cache.open("rb") as file:
            file.seek(-_CHECKSUM, os.SEEK_END)
            expected = file.read()
        array = np.load(cache, mmap_mode="r")
    except FileNotFoundError:
        return None
    except DAMAGED_ARRAY:
        array = None
    if array is not None and array.shape == shape and array.dtype == dtype:
        total = _checksum()
        for row in array:
            total.update(row)
        if total.digest() == expected:
            return array
    print(f"what is kept in {cache} is damaged; it is made anew")
    return None


def keep_array(
    cache: Path,
    rows: Iterable[np.ndarray],
    shape: tuple[int, ...],
    dtype: type[np.generic] = np.uint8,
) -> np.ndarray:
    """Write an array row by row as a .npy file, with a checksum at its end.

    Args:
        cache: The file.
        rows: Of the array, as pictures.
        shape: Of the array, (rows, ...).
        dtype: Of the rows.

    Returns:
        The array, as a read-only memory map.

    Raises:
        InputError: The cache cannot be written.
    """
    descr = np.lib.format.dtype_to_descr(np.dtype(dtype))
    header = {"descr": descr, "fortran_order": False, "shape": shape}
    try:
        # Written as a plain file: a full disk kills a process that fills a memory map, and
        # Windows does not rename a file that is mapped.
        cache.parent.mkdir(parents=True, exist_ok=True)
        remove_unfinished(cache.parent, _ABANDONED)
        with whole_file(cache) as beside, beside.open("wb") as file:
            np.lib.format.write_array_header_1_0(file, header)
            total = _checksum()
            for row in map(np.ascontiguousarray, rows):
                file.write(row)
                total.update(row)
            file.write(total.digest())
    except OSError as error:
        found = str(error.strerror)
        remedy = "Make room there (what it holds can be made again), or give --cache DIR."
        raise InputError("a folder to keep pictures in", found, cache.parent, remedy) from error
    return np.load(cache, mmap_mode="r")


def _decode_all(files: Sequence[PictureFile], size: int) -> Iterator[np.ndarray]:
    """Decode on all cores (Pillow lets go of Python's lock).

    Raises:
        InputError: Pictures cannot be used; after the first of them all others are looked at, so
            that the message names them all.
    """
    pool = ThreadPoolExecutor()
    odd: dict[str, InputError] = {}
    try:
        decoded = pool.map(lambda file: _decode(file, size), files)
        for file, picture in zip(files, decoded, strict=True):
            if isinstance(picture, InputError):
                odd[file.stem] = picture
            elif not odd:
                yield picture
    finally:
        pool.shutdown(cancel_futures=True)
    if odd:
        raise name_all(odd)


def _decode(file: PictureFile, size: int) -> np.ndarray | InputError:
    try:
        return resize(read_picture(file), size)
    except InputError as error:
        return error
