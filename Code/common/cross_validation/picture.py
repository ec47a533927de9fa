"""cross_validation.png: each way of answering, its error with its interval, and each seed's."""

from collections.abc import Sequence
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from common.cross_validation.figures import Answerer, SplitFigures
from common.files.figures import png_bytes

_DPI = 120
_WIDTH = 40  # of names, characters


def picture_of(figures: Sequence[SplitFigures]) -> bytes:
    """Draw the MAE of each split's answers as a PNG: interval as a line, seeds as dots."""
    lines = [sum(1 + _label(of).count("\n") for of in one.answerers) for one in figures]
    heights = [1.5 + 0.35 * count for count in lines]
    figure = Figure(figsize=(8.5, max(2.5, sum(heights))), layout="constrained")
    grid = figure.subplots(len(figures), 1, squeeze=False, height_ratios=heights)[:, 0]
    for axes, one in zip(grid, figures, strict=True):
        _draw(axes, one)
    return png_bytes(figure, _DPI)


def _draw(axes: Axes, figures: SplitFigures) -> None:
    for row, one in enumerate(figures.answerers):
        estimate = one.estimates["mae"]
        if estimate.low is not None:
            axes.plot((estimate.low, estimate.high), (row, row), color="0.4", linewidth=2)
        seeds = one.seed_maes if len(one.seed_maes) > 1 else ()
        axes.scatter(seeds, np.full(len(seeds), row), s=18, color="C1", zorder=3)
        axes.plot(estimate.value, row, "D", color="C0", markersize=7, zorder=2)
    axes.set_yticks(range(len(figures.answerers)), list(map(_label, figures.answerers)))
    axes.set_ylim(len(figures.answerers) - 0.5, -0.5)  # the best on top
    axes.set_xlim(left=0)
    axes.grid(axis="x", alpha=0.3)
    axes.set_xlabel("MAE of the density over all folds\n(line: 95 % interval; dots: each seed)")
    axes.set_title(fill(figures.title, _WIDTH), fontsize="medium")


def _label(one: Answerer) -> str:
    """Return the name in lines that leave room for what is drawn."""
    name = " ".join(one.name.replace(",", ", ").split())  # a way has no spaces
    return fill(name, _WIDTH, break_on_hyphens=False)
