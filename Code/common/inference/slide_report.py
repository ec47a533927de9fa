"""What a slide's fields become: density.png, density.geojson for QuPath, summary.json."""

import csv
import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure

from common.files.atomic import whole_file
from common.files.figures import save_figure
from common.images.slide import Slide
from common.inference.prediction_record import PredictionRecord
from common.utils.entries import to_entries

_STEPS = 5
_COLOURS = colormaps["inferno"]
MEASUREMENT = "tumour density"


@dataclass(frozen=True)
class _Fields:
    """The columns of fields.csv as arrays: px of the full resolution, densities, tissue shares."""

    left: np.ndarray
    top: np.ndarray
    edge: int
    density: np.ndarray
    tissue: np.ndarray


def write_slide_report(
    slide: Slide, thumbnail: np.ndarray, folder: Path, record: PredictionRecord
) -> None:
    """Write the picture, the GeoJSON and the summary beside fields.csv.

    Args:
        slide: The open slide.
        thumbnail: The whole slide, uint8 RGB, (height, width, 3).
        folder: That holds fields.csv.
        record: How the densities were made.
    """
    fields = _read(folder / "fields.csv")
    _write_geojson(folder / "density.geojson", fields)
    with whole_file(folder / "summary.json") as beside:
        beside.write_text(json.dumps(_summary(slide, fields) | to_entries(record), indent=2) + "\n")
    _draw(folder / "density.png", slide, thumbnail, fields, record.synthetic)


def _read(path: Path) -> _Fields:
    with path.open(newline="", encoding="utf-8") as file:
        rows = np.array([[float(value) for value in row] for row in list(csv.reader(file))[1:]])
    left, top, edge, density, tissue = rows.T
    return _Fields(left.astype(int), top.astype(int), int(edge[0]), density, tissue)


def _step(density: float) -> int:
    return min(int(density * _STEPS), _STEPS - 1)


def _write_geojson(path: Path, fields: _Fields) -> None:
    """One polygon a field, in px of the full resolution from the top left, as QuPath reads it.

    Rings are anticlockwise by their coordinates (RFC 7946, section 3.1.6).
    """
    colours = [[round(255 * c) for c in _COLOURS((step + 0.5) / _STEPS)[:3]] for step in range(5)]
    names = [f"{MEASUREMENT} {step / _STEPS:.1f} to {(step + 1) / _STEPS:.1f}" for step in range(5)]
    with whole_file(path) as beside, beside.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [\n')
        for at, (left, top, density) in enumerate(
            zip(fields.left.tolist(), fields.top.tolist(), fields.density, strict=True)
        ):
            right, bottom = left + fields.edge, top + fields.edge
            ring = [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]]
            step = _step(density)
            feature = {
                "type": "Feature",
                "geometry": {"type": "Polygon", "coordinates": [ring]},
                "properties": {
                    "objectType": "tile",
                    "classification": {"name": names[step], "color": colours[step]},
                    "measurements": {MEASUREMENT: round(float(density), 6)},
                },
            }
            file.write((",\n" if at else "") + json.dumps(feature))
        file.write("\n]}\n")


def _summary(slide: Slide, fields: _Fields) -> dict[str, object]:
    """Weigh each field by its tissue."""
    tissue = fields.tissue / fields.tissue.sum()
    above = {
        f"{step / _STEPS:.1f}": round(float(tissue[fields.density > step / _STEPS].sum()), 6)
        for step in range(1, _STEPS)
    }
    return {
        "slide": slide.path.name,
        "width": slide.width,
        "height": slide.height,
        "microns per pixel": slide.mpp,
        "field edge in px": slide.edge,
        "field edge in microns": slide.edge * slide.mpp,
        "fields": len(fields.density),
        "tissue in square mm": round(
            float(fields.tissue.sum()) * (slide.edge * slide.mpp / 1000) ** 2, 6
        ),
        "mean density over tissue": round(float((tissue * fields.density).sum()), 6),
        "share of tissue with a density above": above,
    }


def _draw(
    path: Path, slide: Slide, thumbnail: np.ndarray, fields: _Fields, synthetic: bool
) -> None:
    """Draw the densities over the thumbnail; axes are px of the full resolution."""
    grid = np.full((slide.height // fields.edge, slide.width // fields.edge), np.nan)
    grid[fields.top // fields.edge, fields.left // fields.edge] = fields.density
    shape = max(3.0, min(12.0, 8 * slide.height / slide.width))
    figure = Figure(figsize=(9, shape), layout="constrained")
    axes = figure.subplots()
    axes.imshow(thumbnail, extent=(0, slide.width, slide.height, 0))
    extent = (0, grid.shape[1] * fields.edge, grid.shape[0] * fields.edge, 0)
    look = {"cmap": _COLOURS, "vmin": 0, "vmax": 1}
    axes.imshow(grid, extent=extent, alpha=0.55, interpolation="nearest", **look)
    axes.set(xlim=(0, slide.width), ylim=(slide.height, 0), xticks=[], yticks=[])
    mark = " (model of SYNTHETIC data)" if synthetic else ""
    axes.set_title(f"{slide.path.name}{mark}", fontsize=10)
    _scale_bar(axes, slide)
    colours = ScalarMappable(cmap=_COLOURS)
    colours.set_clim(0, 1)
    figure.colorbar(colours, ax=axes, label=MEASUREMENT)
    save_figure(path, figure)


def _scale_bar(axes: Axes, slide: Slide) -> None:
    """Draw a bar of a round length, about a fifth of the width, in the lower left corner."""
    wanted = slide.width * slide.mpp / 5
    power = 10 ** math.floor(math.log10(wanted))
    microns = max(part * power for part in (1, 2, 5) if part * power <= wanted)
    left, bottom = 0.04 * slide.width, 0.96 * slide.height
    axes.plot([left, left + microns / slide.mpp], [bottom, bottom], "k", linewidth=4)
    label = f"{microns / 1000:g} mm" if microns >= 1000 else f"{microns:g} µm"
    box = {"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 1.5}
    axes.text(left, bottom - 0.015 * slide.height, label, va="bottom", bbox=box)
