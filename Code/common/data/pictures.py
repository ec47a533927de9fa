"""The pictures of labelled fields: which cannot be used, and which their nuclei do not fit."""

from concurrent.futures import ThreadPoolExecutor

from common.data.extraction import Extraction
from common.data.fields import FieldOfView
from common.images.picture_file import PictureFile
from common.images.reading import SMALLEST, error_in, picture_size
from common.nucls.dataset import DataSet
from common.utils.errors import InputError, name_all


def with_their_nuclei(
    fields: list[FieldOfView], found: Extraction, *, skip_odd: bool
) -> list[FieldOfView]:
    """Check that nuclei lie on their pictures: those of resized or other pictures do not.

    Raises:
        InputError: Some do not; with skip_odd these fields are left out instead.
    """
    checked = {field.name: _beside(field, found) for field in fields if field.name in found.reach}
    odd = {name: error for name, error in checked.items() if error}
    if odd and not skip_odd:
        raise name_all(odd)
    found.odd.update(odd)
    return [field for field in fields if field.name not in odd]


def _beside(field: FieldOfView, found: Extraction) -> InputError | None:
    """Return what is wrong if centres of nuclei lie beside a field's picture."""
    try:
        width, height = picture_size(field.picture)
    except InputError:  # told, with others that cannot be decoded, where pictures are read
        return None
    left, top, right, bottom = found.reach[field.name]
    inside = min(left, top) >= -1 and right <= width + 1 and bottom <= height + 1  # px are rounded
    if inside or min(width, height) < SMALLEST:
        return None
    return InputError(
        f"centres of nuclei in the picture of {width} x {height} px",
        f"{left:.0f} to {right:.0f} across and {top:.0f} to {bottom:.0f} down",
        field.picture.path,
        "Was the picture resized or replaced after it was annotated?",
    )


def odd_pictures(data_set: DataSet, found: Extraction) -> dict[str, InputError]:
    """Find the pictures that cannot be used, decoding each."""
    files = {
        name: PictureFile(path, found.regions.get(name))
        for name, path in data_set.pictures.items()
        if name not in found.odd
    }
    with ThreadPoolExecutor() as pool:
        errors = zip(files, pool.map(error_in, files.values()), strict=True)
        return {name: error for name, error in errors if error}
