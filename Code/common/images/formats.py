"""Which files are pictures, and which pictures a user has named."""

from collections.abc import Sequence
from pathlib import Path

from common.utils.errors import InputError
from common.utils.names import check_paths, list_below, printable

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")
FORMATS = ("PNG", "JPEG", "TIFF", "BMP")  # as Pillow calls them
_NOT_FIELDS = ("mask", "vis")  # NuCLS keeps other pictures of the same names there
# What stands beside the pictures that Predict.py and Explain.py draw.
_NOTES_OF_RESULTS = ("fields.json", "explanation.json")


def find_pictures(given: Sequence[Path]) -> list[Path]:
    """List the pictures that are given, and those in the folders that are given, each once.

    Of a data set only the fields' own pictures, not those in mask/ and vis/; no earlier results.

    Raises:
        InputError: A path does not exist, a folder has no pictures, or a name cannot be used.
    """
    found: dict[Path, Path] = {}  # by the file itself, however it was named
    for path in given:
        if not path.exists():
            expected = "a picture or a folder of pictures"
            raise InputError(expected, "no such file", printable(str(path)))
        inside = pictures_in(path) if path.is_dir() else [path]
        if not inside:
            raise InputError(f"pictures ({', '.join(SUFFIXES)})", "none", path)
        check_paths(inside)
        for picture in inside:
            found.setdefault(picture.resolve(), picture)
    return list(found.values())


def pictures_in(folder: Path) -> list[Path]:
    """List the pictures below a folder, by their names' ends; raises InputError as list_below."""
    return [path for path in list_below(folder) if _is_picture(path)]


def is_hidden(path: Path) -> bool:
    """Tell what nobody means who names a folder: hidden files, and results of this project."""
    return path.name.startswith(".") or any(
        (path.parent / note).exists() for note in _NOTES_OF_RESULTS
    )


def is_special(path: Path) -> bool:
    """Tell pipes, sockets and devices from files: reading them may never end."""
    return path.exists() and not (path.is_file() or path.is_dir())


def _is_picture(path: Path) -> bool:
    if path.suffix.lower() not in SUFFIXES or path.parent.name in _NOT_FIELDS:
        return False
    return not (is_hidden(path) or is_special(path))
