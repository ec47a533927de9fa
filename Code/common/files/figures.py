"""Figures as PNG files and as bytes, without a display, in the project's colours."""

import io
from pathlib import Path

from matplotlib import rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.rcsetup import cycler

from common.files.atomic import whole_file
from common.utils.colours import COLOURS

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
