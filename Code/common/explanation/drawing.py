"""A picture with its nuclei outlined, its Grad-CAM map over it, and the map by itself."""

from collections import Counter
from pathlib import Path

import cv2
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from common.explanation.explanation import Explained
from common.files.figures import save_figure
from common.images.reading import read_picture

_COLOURS = "viridis"
_MOST_OPAQUE = 0.8  # of the map over the tissue, where it is greatest
_TUMOUR, _OTHERS = "tumor", "others"
# Colours of Okabe and Ito 2008, told apart by people of all kinds of colour vision; the lines
# differ as well.
_OUTLINES = {
    _TUMOUR: {"color": "#E69F00", "linestyle": "-"},
    "lymphocyte": {"color": "#56B4E9", "linestyle": (0, (3, 1))},
    "fibroblast": {"color": "#009E73", "linestyle": (0, (1, 1))},
    _OTHERS: {"color": "#000000", "linestyle": (0, (4, 1, 1, 1))},
}
_HALO = [withStroke(linewidth=2.8, foreground="white", alpha=0.6)]
_SCALE = "evidence for tumour; 1: the strongest in all\npictures that were explained together"
_FOOT = "Nuclei without an outline are not annotated.  ·  for research only"


def draw_explanation(path: Path, one: Explained, greatest: float, synthetic: bool) -> None:
    """Draw a picture, the picture under its map, and the map with its scale.

    Args:
        path: The PNG to write.
        one: The picture, its map and its nuclei.
        greatest: Of all maps of the call, the end of the scale.
        synthetic: Whether the model or the labels are of painted fields.

    Raises:
        InputError: The picture cannot be read any more.
    """
    picture = read_picture(one.file)
    cam = cv2.resize(one.cam, one.size, interpolation=cv2.INTER_LINEAR) / (greatest or 1.0)
    figure = Figure(figsize=(13, 5), layout="constrained")
    plain, over, alone = figure.subplots(1, 3)
    for axes in (plain, over, alone):
        axes.set(xticks=[], yticks=[])
    plain.imshow(picture)
    over.imshow(picture)
    how = {"cmap": _COLOURS, "vmin": 0, "vmax": 1}
    over.set_title(f"model: density {one.density:.2f}", fontsize=10)
    alone.set_title("Grad-CAM: no positive evidence" if one.is_empty else "Grad-CAM", fontsize=10)
    if one.is_empty:
        alone.set(facecolor="0.95", box_aspect=one.size[1] / one.size[0])
    else:
        over.imshow(cam, alpha=_MOST_OPAQUE * np.clip(cam, 0, 1), **how)
        alone.imshow(cam, **how)
    figure.colorbar(ScalarMappable(cmap=_COLOURS), ax=alone, label=_SCALE)
    if one.nuclei is not None:
        _outline(figure, plain, one)
    mark = " (SYNTHETIC)" if synthetic else ""
    figure.suptitle(f"{one.file.stem[:90]}{mark}", fontsize=9)
    figure.text(0.995, 0.01, _FOOT, ha="right", va="bottom", fontsize=8)
    save_figure(path, figure)


def _outline(figure: Figure, axes: Axes, one: Explained) -> None:
    """Outline the nuclei, each group in its own way, with a legend below the picture."""
    groups = [group if group in _OUTLINES else _OTHERS for group in one.nuclei.groups]
    for group, (left, right, top, bottom) in zip(groups, one.nuclei.boxes, strict=True):
        style = {"linewidth": 1.4, "fill": False, "path_effects": _HALO, **_OUTLINES[group]}
        axes.add_patch(Rectangle((left, top), right - left, bottom - top, **style))
    counts = one.nuclei.counts
    told = f"annotated: density {counts.density:.2f}, {counts.tumour} of {counts.total} nuclei"
    axes.set_title(told, fontsize=10)
    there = Counter(groups)
    lines = [
        Line2D([], [], **style, label=f"{name}: {there[name]}")
        for name, style in _OUTLINES.items()
        if there[name] or name == _TUMOUR
    ]
    figure.legend(handles=lines, fontsize=9, loc="outside lower left", ncols=len(lines))
