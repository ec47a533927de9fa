"""Pictures of the fields of view, decoded and resized once, then memory-mapped by every run.

A run over the same pictures at the same size finds them in Dataset/.cache. The cache's name is a
hash of the pictures' content, the size and this file's way of decoding, so that nothing stale is
ever read; a file appears there whole or not at all. It may be deleted at any time.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

# A damaged header may claim any size; OpenCV reads this limit when it is loaded.
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(2**26))

import cv2
import numpy as np
from PIL import Image
from tqdm import tqdm

from common.dataset import DATASET
from common.errors import InputError
from common.fields import Field
from common.files import remove_unfinished, whole_file

LARGEST = 2**26  # px in all, as told to OpenCV above; 8192 x 8192, 200 MB as RGB
SMALLEST = 32  # px; keras.applications.ResNet takes nothing smaller
CACHE = DATASET / ".cache"
# Seconds after which a half-written cache is one of a killed process. Other runs write here too.
_ABANDONED = 3600
_VERSION = f"1: INTER_AREA to shrink, INTER_CUBIC to enlarge; OpenCV {cv2.__version__}".encode()


def load_pictures(fields: list[Field], size: int) -> np.ndarray:
    """Return the pictures as a read-only memory map: uint8 RGB, (fields, size, size, 3).

    Pictures that are not square are squeezed to the square. Raises InputError for a picture that
    cannot be read or is smaller than 32 x 32 px, naming it, before anything is written.
    """
    how = _VERSION + size.to_bytes(4, "big")
    cache = CACHE / f"pictures-{size}px-{fingerprint(fields, how)}.npy"
    if not cache.exists():
        with closing(_decode_all(fields, size)) as decoded:
            bar = tqdm(decoded, "reading pictures", len(fields), unit=" fields", disable=None)
            write_pictures(cache, bar, (len(fields), size, size, 3))
    return np.load(cache, mmap_mode="r")


def picture_digests(pictures: np.ndarray) -> list[bytes]:
    """Hash each picture, so that equal ones have equal digests, however they were stored."""
    return [hashlib.blake2b(picture.tobytes(), digest_size=16).digest() for picture in pictures]


def read_picture(path: Path) -> np.ndarray:
    """Decode a picture: uint8 RGB of shape (height, width, 3). Raises InputError."""
    picture = _decode(np.frombuffer(_read(path), np.uint8))
    if picture is None:
        raise InputError("a whole PNG picture", "none that can be decoded", path, "Get it again.")
    height, width = picture.shape[:2]
    if min(height, width) < SMALLEST:
        raise InputError(
            f"at least {SMALLEST} x {SMALLEST} px", f"{width} x {height} px", path, "Get it again."
        )
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)


def picture_size(path: Path) -> tuple[int, int]:
    """Return a picture's width and height in px from its header. Raises InputError."""
    try:
        with Image.open(path) as picture:
            return picture.size
    except (OSError, SyntaxError, ValueError) as error:
        raise InputError("a picture", "none that can be read", path, "Get it again.") from error


def _decode(content: np.ndarray) -> np.ndarray | None:
    """Decode to uint8 BGR; None if it cannot be. OpenCV raises for no bytes and absurd sizes."""
    try:
        return cv2.imdecode(content, cv2.IMREAD_COLOR)
    except cv2.error:
        return None


def resize(picture: np.ndarray, size: int) -> np.ndarray:
    """Resize a uint8 RGB picture to (size, size, 3); averages areas where it shrinks."""
    shrinks = size < min(picture.shape[:2])
    how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return cv2.resize(picture, (size, size), interpolation=how)


def fingerprint(fields: list[Field], how: bytes) -> str:
    """Hash the content of the pictures in their order, and what is done to them (`how`)."""
    total = hashlib.blake2b(how, digest_size=12)
    for field in fields:
        total.update(hashlib.blake2b(_read(field.picture)).digest())
    return total.hexdigest()


def write_pictures(cache: Path, pictures: Iterable[np.ndarray], shape: tuple[int, ...]) -> None:
    """Write pictures one by one as a .npy file of the given shape. Raises InputError."""
    header = {"descr": "|u1", "fortran_order": False, "shape": shape}
    try:
        # Written as a plain file: a full disk kills a process that fills a memory map, and
        # Windows does not rename a file that is mapped.
        cache.parent.mkdir(parents=True, exist_ok=True)
        remove_unfinished(cache.parent, _ABANDONED)
        with whole_file(cache) as beside, beside.open("wb") as file:
            np.lib.format.write_array_header_1_0(file, header)
            for picture in pictures:
                file.write(np.ascontiguousarray(picture))
    except OSError as error:
        found = str(error.strerror)
        remedy = "Make room there; the folder holds copies of pictures and may be deleted."
        raise InputError("a folder to keep pictures in", found, cache.parent, remedy) from error


def _decode_all(fields: list[Field], size: int) -> Iterator[np.ndarray]:
    """Decode on all cores (OpenCV lets go of Python's lock); stop at the first that fails."""
    pool = ThreadPoolExecutor()
    try:
        yield from pool.map(lambda field: resize(read_picture(field.picture), size), fields)
    finally:
        pool.shutdown(cancel_futures=True)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        found = str(error.strerror)
        raise InputError("a readable picture", found, path, "Get it again.") from error
