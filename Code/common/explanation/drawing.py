"""A picture with its nuclei outlined, its Grad-CAM map over it, and the map by itself."""

from collections import Counter
from pathlib import Path

import cv2
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from common.data.outlines import STYLES, TUMOUR, outline, style_of
from common.explanation.explanation import Explained
from common.files.figures import save_figure
from common.images.reading import read_picture

_COLOURS = "viridis"
_MOST_OPAQUE = 0.8  # of the map over the tissue, where it is greatest
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
    keys = style_of(one.nuclei.groups)
    outline(axes, one.nuclei.boxes, keys)
    counts = one.nuclei.counts
    told = f"annotated: density {counts.density:.2f}, {counts.tumour} of {counts.total} nuclei"
    axes.set_title(told, fontsize=10)
    there = Counter(keys)
    lines = [
        Line2D([], [], **style, label=f"{name}: {there[name]}")
        for name, style in STYLES.items()
        if there[name] or name == TUMOUR
    ]
    figure.legend(handles=lines, fontsize=9, loc="outside lower left", ncols=len(lines))
