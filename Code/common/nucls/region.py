"""ALL_FOV_LOCATIONS.csv: the region of each picture that was annotated.

It is smaller than the picture, so that nuclei at its rim are not labelled; NuCLS' own loader crops
pictures and nuclei to it.
"""

from pathlib import Path

from common.images.picture_file import Crop
from common.nucls.tables import read_table
from common.utils.errors import InputError

_FILE = "all_fov_locations.csv"  # in any case, as its columns
_EDGES = ("xmin", "ymin", "xmax", "ymax")
_REMEDY = "Get the file again, or give --region picture."


def is_region_file(path: Path) -> bool:
    """Tell whether a file is that of the regions, and so no annotation file."""
    return path.name.casefold() == _FILE


def read_regions(folder: Path) -> dict[str, Crop] | None:
    """Read the annotated regions by name of the field of view, px of its picture.

    Args:
        folder: Of the annotation files.

    Returns:
        None if the folder has no such file.

    Raises:
        InputError: The file lacks a column or a number, or names a field twice with two regions.
    """
    path = next((path for path in folder.iterdir() if is_region_file(path)), None)
    if path is None:
        return None
    regions: dict[str, Crop] = {}
    for number, row in enumerate(read_table(path), 2):
        name, region = _read_row(row, path, number)
        if regions.setdefault(name, region) != region:
            raise InputError("one region for each field", f"two for {name}", path, _REMEDY)
    return regions


def _read_row(row: dict[str, str], path: Path, number: int) -> tuple[str, Crop]:
    try:
        edges = [round(float(row[edge])) for edge in _EDGES]
        left, top, right, bottom = (max(0, edge) for edge in edges)
        if left >= right or top >= bottom:
            raise ValueError
        return row["fovname"], Crop(left, top, right, bottom)
    except (KeyError, ValueError, TypeError, OverflowError) as error:
        expected = f"fovname and a rectangle {', '.join(_EDGES)}"
        raise InputError(expected, f"none in row {number}", path, _REMEDY) from error
