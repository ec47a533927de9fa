"""How data sets are laid out: which folders hold files of a kind, and which files count."""

import re
from pathlib import Path

from common.images.formats import is_special
from common.nucls.names import rater_of
from common.nucls.region import is_region_file
from common.utils.errors import InputError
from common.utils.names import check_names, one_form

ANNOTATIONS = ("contours", "csv")
PICTURES = ("rgbs", "rgb")
_INSIDE = ("new", "train", "validation")  # folders in which the original artefact kept files
_JUNK = ("__MACOSX",)
_COPY = re.compile(r"(?P<stem>.+?)( - Copy( \(\d+\))?| copy( \d+)?| \(\d+\))")


def subfolders(folder: Path) -> list[Path]:
    """List the folders in a folder; hidden ones and those of archivers are passed over."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_dir() and not path.name.startswith(".") and path.name not in _JUNK
    )


def raters_in(root: Path) -> list[Path]:
    """List the raters' folders of raw multi-rater files; none for other data sets."""
    if one_of(root, ANNOTATIONS) or not root.is_dir():
        return []
    homes = [folder for folder in subfolders(root) if one_of(folder, ANNOTATIONS)]
    return homes if are_raters(homes) else []


def are_raters(homes: list[Path]) -> bool:
    """Tell whether folders side by side hold one rater's files each, by the names of the files."""
    files = [path for home in homes for path in (one_of(home, ANNOTATIONS) or home).glob("*.csv")]
    named = [rater_of(path.stem) for path in files if not is_region_file(path)]
    return len({home.parent for home in homes}) == 1 and bool(named) and None not in named


def one_of(root: Path, names: tuple[str, ...]) -> Path | None:
    """Return the first of some folders that is there; None if none is."""
    return next((root / name for name in names if (root / name).is_dir()), None)


def holding(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """Return the folder if it holds files itself, else those in it that do."""
    if files_in(folder, suffixes):
        return [folder]
    inside = [one for one in subfolders(folder) if one.name in _INSIDE]
    return [found for one in inside for found in holding(one, suffixes)]


def files_in(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """List the files of a kind; hidden ones, regions and copies of others are passed over."""
    paths = [
        path
        for path in folder.iterdir()
        if path.suffix.lower() in suffixes
        and not is_special(path)
        and not path.name.startswith(".")
        and not is_region_file(path)
    ]
    stems = {path.stem for path in paths}
    copies = {stem for stem in stems if (match := _COPY.fullmatch(stem)) and match["stem"] in stems}
    return sorted(path for path in paths if path.stem not in copies)


def by_name(folders: list[Path], suffixes: tuple[str, ...]) -> dict[str, Path]:
    """Map stems to files, sorted by stem."""
    paths = [path for folder in folders for path in files_in(folder, suffixes)]
    for folder in folders:
        check_names((path.stem for path in paths if path.parent == folder), folder)
    seen: dict[str, Path] = {}
    for path in sorted(paths):
        twin = seen.setdefault(one_form(path.stem), path)
        if twin is not path:
            expected, remedy = _difference(twin.stem, path.stem)
            raise InputError(expected, f"{twin.name} and {path.name}", path.parent, remedy)
    return {path.stem: path for path in sorted(paths, key=lambda path: path.stem)}


def _difference(one: str, other: str) -> tuple[str, str]:
    """Say what two names that are too much alike should be, and what to do."""
    remedy = "Rename or remove one"
    if one == other:
        return "one of a name", f"{remedy}."
    if one.casefold() == other.casefold():
        expected = "names that differ in more than upper and lower case"
        return expected, f"{remedy}: on Windows and macOS they are one file."
    return "names that differ in more than spaces or Unicode form", f"{remedy}."
