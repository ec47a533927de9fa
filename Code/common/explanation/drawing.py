"""A picture with its nuclei outlined, its Grad-CAM map over it, and the map by itself."""

from pathlib import Path

import cv2
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from common.explanation.explanation import Explained
from common.files.figures import save_figure
from common.images.reading import read_picture

_COLOURS = "viridis"
_MOST_OPAQUE = 0.8  # of the map over the tissue, where it is greatest
# Of Okabe and Ito 2008, told apart by people of all kinds of colour vision; tumour nuclei are also
# the only ones outlined without gaps.
_GROUPS = {"tumor": "#E69F00", "lymphocyte": "#56B4E9", "fibroblast": "#009E73"}
_OTHER, _SOLID, _DASHED = "#000000", "-", (0, (2, 1))


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
    over.imshow(cam, alpha=_MOST_OPAQUE * np.clip(cam, 0, 1), **how)
    image = alone.imshow(cam, **how)
    figure.colorbar(image, ax=alone, label="evidence, of the greatest in this call")
    over.set_title(f"predicted density {one.density:.2f}", fontsize=10)
    alone.set_title("no positive evidence" if one.is_empty else "Grad-CAM", fontsize=10)
    if one.nuclei is not None:
        _outline(figure, plain, one)
    mark = " (SYNTHETIC)" if synthetic else ""
    figure.suptitle(f"{one.file.stem[:90]}{mark}", fontsize=9)
    save_figure(path, figure)


def _outline(figure: Figure, axes: Axes, one: Explained) -> None:
    """Outline the nuclei, each group in its colour, with a legend below the picture."""
    groups, counts = one.nuclei.groups, one.nuclei.counts
    for group, (left, right, top, bottom) in zip(groups, one.nuclei.boxes, strict=True):
        style = {"edgecolor": _GROUPS.get(group, _OTHER), "linestyle": _style(group)}
        axes.add_patch(
            Rectangle((left, top), right - left, bottom - top, fill=False, linewidth=1.4, **style)
        )
    title = f"density {counts.density:.2f}: {counts.tumour} of {counts.total}"
    axes.set_title(title, fontsize=10)
    met = sorted({group if group in _GROUPS else "others" for group in groups})
    lines = [
        Line2D([], [], color=_GROUPS.get(name, _OTHER), linestyle=_style(name), label=name)
        for name in met
    ]
    figure.legend(handles=lines, fontsize=9, loc="outside lower left", ncols=len(lines))


def _style(group: str) -> str | tuple:
    return _SOLID if group == "tumor" else _DASHED
