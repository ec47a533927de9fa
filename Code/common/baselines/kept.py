"""Numbers computed from pictures, a row each, kept in the cache folder by the pictures' content."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from common.files.disk import cache_folder
from common.images.cache import fingerprint, keep_array, kept_array
from common.images.picture_file import PictureFile
from common.utils.pool import on_all_cores


def load_rows(
    compute: Callable[[PictureFile], np.ndarray],
    files: Sequence[PictureFile],
    length: int,
    how: bytes,
    text: str,
) -> np.ndarray:
    """Compute a row of numbers of each picture on all cores, or find them.

    Args:
        compute: float64, (length,), of a picture; a function of a module.
        files: The pictures.
        length: Of a row.
        how: What is computed, and its version.
        text: Of the bar.

    Returns:
        float64, (pictures, length), memory-mapped.

    Raises:
        InputError: The cache cannot be written.
    """

    def rows() -> Iterable[np.ndarray]:
        with on_all_cores(compute, files, text, "fields") as results:
            yield from results

    return load_or_keep(files, length, np.float64, how, rows)


def load_or_keep(
    files: Sequence[PictureFile],
    length: int,
    dtype: type[np.generic],
    how: bytes,
    rows: Callable[[], Iterable[np.ndarray]],
) -> np.ndarray:
    """Return the rows that are kept of pictures; if there are none, keep those of `rows`.

    Args:
        files: The pictures.
        length: Of a row.
        dtype: Of its numbers.
        how: What is computed, and its version.
        rows: Computes them, a picture after the other.

    Returns:
        (pictures, length), memory-mapped.

    Raises:
        InputError: The cache cannot be written.
    """
    cache = cache_folder() / f"features-{fingerprint(files, how)}.npy"
    shape = (len(files), length)
    kept = kept_array(cache, shape, dtype)
    return keep_array(cache, rows(), shape, dtype) if kept is None else kept
