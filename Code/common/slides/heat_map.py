"""density.png: tissue and, beside it, the densities. heatmap.tif: these to lay over the slide."""

import json
import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import cv2
import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure

from common.files.atomic import whole_file
from common.files.figures import save_figure
from common.slides.densities import HALF
from common.slides.slide import Slide

# From dark violet to yellow: neither end is white as glass or grey as what was not read.
COLOURS = colormaps["viridis"]
LABEL = "tumour density"
_SCALE = "tumour nuclei / all nuclei"
# Of heatmap.tif, px: tiles, the longer edge unless the map has more cells, the largest cell.
_TILE, _LONGEST, _LARGEST_CELL = 256, 4096, 16
_MICRONS_PER_CM = 10_000
_NONE = 255  # where no field was read: white, as glass
_PARTS = 8  # of a cell's edge, between which contours are slanted
_FADED = 0.35  # of the tissue under the map, where there is no density


@dataclass(frozen=True)
class Caption:
    """What the picture says of how it was made."""

    model: str
    network: str | None
    synthetic: bool
    interval: str | None = None

    def __str__(self) -> str:
        network = f" ({self.network})" if self.network else ""
        mark = "  ·  MODEL OF SYNTHETIC DATA" if self.synthetic else ""
        made = f"{self.model}{network}  ·  {date.today().isoformat()}"
        told = f"\ninterval: {self.interval}" if self.interval else ""
        return f"{made}  ·  for research only{mark}{told}"


def draw_heat_map(
    path: Path,
    slide: Slide,
    thumbnail: np.ndarray,
    densities: np.ndarray,
    undecided: np.ndarray | None,
    caption: Caption,
) -> None:
    """Draw tissue and map side by side, a wide slide's one above the other.

    Args:
        path: The PNG to write.
        slide: The slide.
        thumbnail: The whole of it, uint8 RGB.
        densities: The map, (rows, columns); NaN for none.
        undecided: Its cells that are hatched, bool; None to hatch none.
        caption: How it was made.
    """
    figure, tissue, shown = _two_pictures(slide)
    whole = (0, slide.width, slide.height, 0)
    tissue.imshow(thumbnail, extent=whole)
    faded = 255 - _FADED * (255 - thumbnail.mean(-1, keepdims=True).repeat(3, -1))
    shown.imshow(faded.astype(np.uint8), extent=whole)
    rows, columns = densities.shape
    extent = (0, columns * slide.step, rows * slide.step, 0)
    shown.imshow(densities, extent=extent, cmap=COLOURS, vmin=0, vmax=1, interpolation="nearest")
    told = f"{LABEL} in fields of {slide.edge * slide.mpp:.0f} µm\ngrey: not measured"
    hatched = ""
    if undecided is not None:
        hatched = f"; hatched: {HALF} lies in the interval"
        _hatch(shown, undecided, slide.step)
    for axes, title in ((tissue, _printable(slide.path.name)), (shown, f"{told}{hatched}")):
        axes.set(xlim=(0, slide.width), ylim=(slide.height, 0), xticks=[], yticks=[])
        axes.set_title(title, fontsize=10)
    _scale_bar(tissue, slide)
    colours = ScalarMappable(cmap=COLOURS)
    colours.set_clim(0, 1)
    figure.colorbar(colours, ax=shown, label=_SCALE, fraction=0.06)
    figure.supxlabel(_printable(str(caption)), fontsize=8)
    save_figure(path, figure)


def _two_pictures(slide: Slide) -> tuple[Figure, Axes, Axes]:
    wide = slide.width > 1.4 * slide.height
    ratio = slide.height / slide.width
    edge = 9.0 if wide else min(6.0, 9.0 / ratio)  # inches of one picture's width
    size = (edge + 1.2, 2 * edge * ratio + 1.6) if wide else (2 * edge + 1.6, edge * ratio + 1.2)
    figure = Figure(figsize=(max(size[0], 6.0), max(size[1], 3.0)), layout="constrained")
    shape = (2, 1) if wide else (1, 2)
    return figure, *figure.subplots(*shape, sharex=True, sharey=True)


def _hatch(axes: Axes, cells: np.ndarray, step: int) -> None:
    """Hatch cells of a map whose cells are `step` px wide."""
    if not cells.any():
        return
    parts = cells.repeat(_PARTS, 0).repeat(_PARTS, 1)
    down, across = ((np.arange(edge) + 0.5) * step / _PARTS for edge in parts.shape)
    drawn = axes.contourf(across, down, parts, (0.5, 1.5), colors="none", hatches=["////"])
    drawn.set(edgecolor="0.75", linewidth=0)


def _printable(text: str) -> str:
    """Show a name that is no Unicode, or holds what matplotlib takes for a formula."""
    return text.encode(errors="replace").decode().replace("$", r"\$")


def _scale_bar(axes: Axes, slide: Slide) -> None:
    """Draw a bar of a round length, about a fifth of the width, in the lower left corner."""
    wanted = slide.width * slide.mpp / 5
    power = 10 ** math.floor(math.log10(wanted))
    microns = max(part * power for part in (1, 2, 5) if part * power <= wanted)
    left, bottom = 0.04 * slide.width, 0.96 * slide.height
    axes.plot([left, left + microns / slide.mpp], [bottom, bottom], "k", linewidth=4)
    label = f"{microns / 1000:g} mm" if microns >= 1000 else f"{microns:g} µm"
    box = {"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 1.5}
    axes.text(left, bottom - 0.02 * slide.height, label, va="bottom", bbox=box)


def write_heat_map_tiff(path: Path, slide: Slide, densities: np.ndarray) -> None:
    """Write the map's colours, tiled, in levels of half the size.

    Its left upper corner is that of the slide as QuPath shows it. Its description tells in JSON how
    many px of the slide's full resolution one of its own is (`downsample`), its resolution tags
    how many microns.

    Args:
        path: To write.
        slide: The slide.
        densities: The map, (rows, columns); NaN for none.
    """
    import tifffile  # of requirements-slides.txt

    cell = max(1, min(_LARGEST_CELL, _LONGEST // max(densities.shape)))
    downsample = slide.step / cell
    colours = (255 * COLOURS(np.nan_to_num(densities))[..., :3] + 0.5).astype(np.uint8)
    colours[np.isnan(densities)] = _NONE
    level = colours.repeat(cell, 0).repeat(cell, 1)
    about = {"slide": slide.path.name, "downsample": downsample, "left": 0, "top": 0}
    with whole_file(path) as beside, tifffile.TiffWriter(beside) as file:
        first, scale = True, downsample * slide.mpp
        while first or max(level.shape) > _TILE:
            if not first:
                half = [max(1, edge // 2) for edge in level.shape[1::-1]]
                level, scale = cv2.resize(level, half, interpolation=cv2.INTER_AREA), 2 * scale
            file.write(
                level,
                photometric="rgb",
                tile=(_TILE, _TILE),
                compression="zlib",
                resolution=(_MICRONS_PER_CM / scale,) * 2,
                resolutionunit="CENTIMETER",
                subfiletype=int(not first),
                description=json.dumps(about) if first else None,
                metadata=None,
            )
            first = False
