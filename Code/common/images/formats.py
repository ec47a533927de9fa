"""Which files are pictures, and which pictures a user has named."""

from collections.abc import Sequence
from pathlib import Path

from common.utils.errors import InputError

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")
FORMATS = ("PNG", "JPEG", "TIFF", "BMP")  # as Pillow calls them
_NOT_FIELDS = ("mask", "vis")  # NuCLS keeps other pictures of the same names there


def find_pictures(given: Sequence[Path]) -> list[Path]:
    """List the pictures that are given, and those in the folders that are given, each once.

    Of a data set only the fields' own pictures, not those in mask/ and vis/.

    Raises:
        InputError: A path does not exist, or a folder has no pictures.
    """
    found: dict[Path, None] = {}
    for path in given:
        if not path.exists():
            raise InputError("a picture or a folder of pictures", "no such file", str(path))
        inside = pictures_in(path) if path.is_dir() else [path]
        if not inside:
            raise InputError(f"pictures ({', '.join(SUFFIXES)})", "none", path)
        found |= dict.fromkeys(inside)
    return list(found)


def pictures_in(folder: Path) -> list[Path]:
    """List the pictures below a folder, by their names' ends."""
    return sorted(path for path in folder.rglob("*") if _is_picture(path))


def _is_picture(path: Path) -> bool:
    hidden = path.name.startswith(".") or path.parent.name in _NOT_FIELDS
    return path.suffix.lower() in SUFFIXES and not hidden
