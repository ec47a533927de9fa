"""A picture with its nuclei outlined, and its Grad-CAM map over it."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from common.data.nuclei import LabelledNuclei
from common.files.figures import save_figure

_COLOURS = {"tumor": "red", "lymphocyte": "blue", "fibroblast": "limegreen"}
_OTHER = "gold"


def draw_explanation(
    path: Path,
    picture: np.ndarray,
    cam: np.ndarray,
    density: float,
    labelled: LabelledNuclei | None,
    mark: str,
) -> None:
    """Draw a picture beside itself under its map.

    Args:
        path: The PNG to write.
        picture: uint8 RGB, (height, width, 3).
        cam: The map, float32, (height, width).
        density: The network's answer.
        labelled: Nuclei to outline, None for an unlabelled picture.
        mark: Put behind the title, as " (SYNTHETIC)".
    """
    figure = Figure(figsize=(9, 4.6), layout="constrained")
    plain, over = figure.subplots(1, 2)
    for axes in (plain, over):
        axes.imshow(picture)
        axes.set(xticks=[], yticks=[])
    over.imshow(cam, cmap="inferno", alpha=0.55, interpolation="bilinear")
    over.set_title(f"Grad-CAM; predicted density {density:.2f}", fontsize=10)
    if labelled is not None:
        _outline(plain, labelled)
    name = path.stem.removesuffix("-explained")[:70]
    figure.suptitle(f"{name}{mark}", fontsize=9)
    save_figure(path, figure)


def _outline(axes: Axes, labelled: LabelledNuclei) -> None:
    """Outline the nuclei, each group in its colour, with a legend."""
    groups, counts = labelled.groups, labelled.counts
    for group, (left, right, top, bottom) in zip(groups, labelled.boxes, strict=True):
        colour = _COLOURS.get(group, _OTHER)
        box = Rectangle((left, top), right - left, bottom - top, fill=False, edgecolor=colour)
        axes.add_patch(box)
    title = f"density {counts.density:.2f}: {counts.tumour} of {counts.total}"
    axes.set_title(title, fontsize=10)
    met = sorted({group if group in _COLOURS else "others" for group in groups})
    handles = [Line2D([], [], color=_COLOURS.get(name, _OTHER), label=name) for name in met]
    axes.legend(handles=handles, fontsize=7, loc="lower right")
