"""Which files are slides, by their content; which files belong to one slide; its results' name."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from common.files.identity import digest
from common.images.formats import is_hidden
from common.slides.readers import Reader, is_whole_slide, open_slide, open_tiff, pillow_pages
from common.utils.names import list_below

# Taken for slides even if they cannot be opened, so that the reason is told.
_SLIDES = (
    *(".svs", ".ndpi", ".mrxs", ".scn", ".vms", ".vmu", ".bif", ".svslide", ".dcm", ".czi"),
    *(".avs", ".qptiff"),
)
_INDEX = (".vms", ".vmu")  # text that names the other files of the slide
_NEVER = (".png", ".jpg", ".jpeg", ".bmp", ".csv", ".json", ".txt", ".h5", ".xlsx", ".dat", ".ini")
_SERIES = "dicom.SeriesInstanceUID"
_LONGEST = 100  # characters of a folder's name; file systems take 143 to 255 bytes


def is_slide(path: Path) -> bool:
    """Tell whether a file is a whole slide rather than a picture."""
    suffix = path.suffix.lower()
    if suffix in _SLIDES:
        return True
    if suffix in _NEVER or not path.is_file():
        return False
    reader = open_slide(path) or open_tiff(path)
    if reader is None:
        return False
    try:
        # OpenSlide also opens plain tiled TIFF.
        return is_whole_slide(reader) or not pillow_pages(path)
    finally:
        reader.close()


def slides_in(folder: Path) -> list[Path]:
    """List the slides below a folder; of DICOM's series one file each."""
    paths = [path for path in list_below(folder) if not is_hidden(path)]
    return first_of_series(path for path in paths if path.is_file() and is_slide(path))


def first_of_series(slides: Iterable[Path]) -> list[Path]:
    """Keep of the files of one DICOM series in a folder the first that opens."""
    kept: dict[object, Path] = {}
    broken: list[Path] = []
    for path in dict.fromkeys(slides):
        reader = open_slide(path) if path.suffix.lower() in (".dcm", "") else None
        series = _series(reader)
        if path.suffix.lower() == ".dcm" and reader is None:
            broken.append(path)  # a label or an overview of the series, or damaged
        else:
            kept.setdefault((path.parent, series) if series else path, path)
    folders = {key[0] for key in kept if isinstance(key, tuple)}
    return [*kept.values(), *(path for path in broken if path.parent not in folders)]


def files_of(slide: Path) -> list[Path]:
    """List the files that a slide consists of, its own first."""
    suffix = slide.suffix.lower()
    others: list[Path] = []
    if suffix == ".mrxs":
        others = sorted(slide.with_suffix("").glob("*"))
    elif suffix in _INDEX:
        others = _named_in(slide)
    elif series := _series(open_slide(slide)):
        near = (path for path in sorted(slide.parent.iterdir()) if path.suffix == slide.suffix)
        others = [path for path in near if path.is_file() and _series(open_slide(path)) == series]
    return list(dict.fromkeys([slide, *(path for path in others if path.is_file())]))


def parts_of(slides: Iterable[Path]) -> set[Path]:
    """List the pictures that are parts of slides: the tiles that a .vms names."""
    return {part for slide in slides if slide.suffix.lower() in _INDEX for part in _named_in(slide)}


def result_name(slide: Path) -> str:
    """Return the name of the folder of a slide's results: its own, made fit for a folder."""
    text = slide.stem.encode(errors="replace").decode()  # bytes that are no UTF-8: "?"
    name = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*]', "_", text).strip(". ")
    if len(name.encode()) > _LONGEST:
        name = f"{name[: _LONGEST // 4]}-{digest(os.fsencode(slide.name), size=4)}"
    return name or "slide"


def _named_in(index: Path) -> list[Path]:
    try:
        text = index.read_text(errors="replace")
    except OSError:
        return []
    return [path for path in sorted(index.parent.iterdir()) if path != index and path.name in text]


def _series(reader: Reader | None) -> object:
    return reader.properties.get(_SERIES) if reader else None
