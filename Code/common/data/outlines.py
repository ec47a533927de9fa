"""Nuclei outlined in a picture: each group by its own colour and line."""

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from common.files.figures import BLACK, GREEN, ORANGE, SKY

TUMOUR, LYMPHOCYTE, FIBROBLAST, OTHERS = "tumor", "lymphocyte", "fibroblast", "others"
STYLES = {
    TUMOUR: {"color": ORANGE, "linestyle": "-"},
    LYMPHOCYTE: {"color": SKY, "linestyle": (0, (3, 1))},
    FIBROBLAST: {"color": GREEN, "linestyle": (0, (1, 1))},
    OTHERS: {"color": BLACK, "linestyle": (0, (4, 1, 1, 1))},
}
_HALO = [withStroke(linewidth=2.8, foreground="white", alpha=0.6)]


def style_of(groups: Iterable[str]) -> list[str]:
    """Return the key in STYLES of each nucleus' group."""
    return [group if group in STYLES else OTHERS for group in groups]


def outline(axes: Axes, boxes: np.ndarray, keys: Sequence[str]) -> None:
    """Draw the nuclei's boxes over a picture.

    Args:
        axes: That show the picture.
        boxes: xmin, xmax, ymin, ymax, (nuclei, 4), px.
        keys: Of each, in STYLES.
    """
    for key, (left, right, top, bottom) in zip(keys, boxes, strict=True):
        style = {"linewidth": 1.4, "fill": False, "path_effects": _HALO, **STYLES[key]}
        axes.add_patch(Rectangle((left, top), right - left, bottom - top, **style))
