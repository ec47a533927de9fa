"""Figures as PNG files and as bytes, without a display, in the project's colours."""

import io
from pathlib import Path

from matplotlib import rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.rcsetup import cycler

from common.files.atomic import whole_file

# Told apart by people of all kinds of colour vision: those of Okabe and Ito 2008 that stand out
# from white and from the dark of a page (3 to 1 and more). Where colour vision lacks a kind of cone
# (Machado et al. 2009) they keep apart by 12 and more in CAM02-UCS; what matters is told by lines
# or shapes as well.
GREEN = "#009e73"
COLOURS = ("#0072b2", "#d55e00", GREEN, "#cc79a7")
# Of outlines on tissue, which is neither white nor dark.
ORANGE, SKY, BLACK = "#e69f00", "#56b4e9", "#000000"
rcParams["axes.prop_cycle"] = cycler(color=COLOURS)


def save_figure(path: Path, figure: Figure, dpi: int = 120) -> None:
    """Write a figure as a PNG, whole or not at all."""
    write_picture(path, png_bytes(figure, dpi))


def write_picture(path: Path, png: bytes) -> None:
    """Write a rendered figure, whole or not at all."""
    with whole_file(path) as beside:
        beside.write_bytes(png)


def png_bytes(figure: Figure, dpi: int) -> bytes:
    """Render a figure as a PNG in memory, as pages embed it."""
    FigureCanvasAgg(figure)
    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=dpi)
    return buffer.getvalue()
