"""Graphs of a comparison: bars of all runs, a heat map network x learning rate, curves."""

from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from common.baselines.table import BASELINES
from common.comparison.ranking import Comparison, FinishedRun
from common.comparison.table import ALIKE
from common.files.figures import png_bytes, save_figure
from common.pages.chart import Chart, Curve

_MOST_BARS = 40
_MOST_CURVES = 10  # in colours; as many as can be told apart
_STYLES = ("--", ":", "-.", (0, (8, 2)), (0, (1, 4)), (0, (6, 2, 1, 2, 1, 2)))
_DPI = 90  # of the pictures in the page


def draw_overview(path: Path, comparison: Comparison) -> None:
    """Draw the val_mae of each block's runs as bars, baselines as lines: comparison.png."""
    blocks = list(comparison.blocks.values())
    heights = [1.4 + 0.26 * min(len(runs), _MOST_BARS) for runs in blocks]
    figure = Figure(figsize=(9, max(2.5, sum(heights))), layout="constrained")
    grid = figure.subplots(len(blocks), 1, squeeze=False, height_ratios=heights)[:, 0]
    for axes, (block, runs) in zip(grid, comparison.blocks.items(), strict=True):
        more = f"\n(best {_MOST_BARS} of {len(runs)})" if len(runs) > _MOST_BARS else ""
        _bars(axes, runs[:_MOST_BARS], block.title + more)
    save_figure(path, figure, dpi=110)


def _bars(axes: Axes, runs: list[FinishedRun], title: str) -> None:
    colours = ["0.8" if run.best.answers_alike else "C0" for run in runs]
    axes.barh(range(len(runs)), [run.val_mae for run in runs], height=0.7, color=colours)
    labels = [run.label + (f"\n({ALIKE})" if run.best.answers_alike else "") for run in runs]
    axes.set_yticks(range(len(runs)), labels, fontsize="small")
    axes.set_ylim(len(runs) - 0.4, -0.6)  # the best on top
    for baseline, style in zip(BASELINES, cycle(_STYLES), strict=False):
        mae = runs[0].log.known_baselines.get(baseline.name, {}).get("mae")
        if mae is not None:
            axes.axvline(mae, color="0.2", linestyle=style, label=baseline.name)
    axes.set_xlabel("Validation MAE of the best epoch")
    axes.set_title(title, fontsize="medium")
    axes.legend(fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))


def heat_map(runs: Sequence[FinishedRun]) -> bytes:
    """Draw the lowest val_mae by network and folder as a PNG; empty where no run has learned."""
    networks = sorted({run.network for run in runs})
    folders = sorted({run.folder for run in runs})
    values = np.full((len(networks), len(folders)), np.nan)
    learned = [run for run in runs if not run.best.answers_alike]
    for run in reversed(learned):  # best first: the best is written last
        values[networks.index(run.network), folders.index(run.folder)] = run.val_mae
    size = (3 + 1.3 * len(folders), 1.8 + 0.45 * len(networks))
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(values, cmap="viridis_r", aspect="auto")
    axes.set_xticks(range(len(folders)), folders, rotation=20, ha="right")
    axes.set_yticks(range(len(networks)), networks)
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            box = {"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 1}
            axes.text(column, row, f"{value:.3f}", ha="center", va="center", bbox=box)
    figure.colorbar(image, label="Validation MAE")
    return png_bytes(figure, _DPI)


def curves_of(runs: Sequence[FinishedRun], title: str) -> Chart:
    """Return the validation MAE of runs over their epochs, the best epoch of each marked."""
    curves = [
        Curve(
            name=run.label,
            points=[(epoch.number, epoch.validation["mae"]) for epoch in run.log.epochs],
            marked=run.best.number,
            colour=rank if rank < _MOST_CURVES else None,
        )
        for rank, run in enumerate(runs)
    ]
    known = runs[0].log.known_baselines
    levels = {name: metrics["mae"] for name, metrics in known.items() if "mae" in metrics}
    others = f"; in grey {len(runs) - _MOST_CURVES} others" if len(runs) > _MOST_CURVES else ""
    return Chart(f"{title}: validation MAE (dots: best epochs{others})", curves, levels)
