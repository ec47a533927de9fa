"""What a slide's fields.csv becomes: summary.json, density.png, heatmap.tif, density.geojson."""

import json
from pathlib import Path

import numpy as np

from common.files.atomic import whole_file
from common.slides.densities import MOST_UNREADABLE, Densities, read_densities
from common.slides.heat_map import Caption, draw_heat_map, write_heat_map_tiff
from common.slides.qupath import write_geojson
from common.slides.slide import Slide
from common.utils.entries import Entries
from common.utils.errors import InputError

RESULTS = ("density.geojson", "density.png", "heatmap.tif", "summary.json")
_NONE = "none is known"
_OF_THE_MEAN = "none is known: fields of one slide err alike"


def write_report(
    slide: Slide, thumbnail: np.ndarray, folder: Path, made_from: Entries, caption: Caption
) -> Densities:
    """Write the pictures, the objects for QuPath and the summary beside fields.csv.

    Args:
        slide: The open slide.
        thumbnail: The whole slide, uint8 RGB, (height, width, 3).
        folder: That holds fields.csv.
        made_from: How the densities were made.
        caption: The same for the picture.

    Raises:
        InputError: Too many fields could not be read.
    """
    densities = read_densities(folder / "fields.csv")
    check_readable(densities.unreadable, len(densities.density), slide)
    shown = densities.map(slide)
    source = json.dumps([slide.path.name, made_from], sort_keys=True)
    write_geojson(folder / "density.geojson", shown, slide.step, source)
    undecided = densities.undecided(slide)
    draw_heat_map(folder / "density.png", slide, thumbnail, shown, undecided, caption)
    write_heat_map_tiff(folder / "heatmap.tif", slide, shown)
    with whole_file(folder / "summary.json") as beside:
        interval = {"interval": caption.interval or _NONE, "interval of the mean": _OF_THE_MEAN}
        whole = made_from | densities.summary(slide) | interval
        beside.write_text(json.dumps(whole, indent=2) + "\n")
    return densities


def check_readable(unreadable: int, fields: int, slide: Slide) -> None:
    """Raise InputError if more than a tenth of a slide's fields could not be read."""
    if unreadable > MOST_UNREADABLE * fields:
        found = f"{unreadable:,} of {fields:,}"
        expected = f"at most {MOST_UNREADABLE:.0%} of the fields that cannot be read"
        raise InputError(expected, found, slide.path, "Get it again.")
