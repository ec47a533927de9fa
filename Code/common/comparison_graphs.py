"""Graphs of a comparison: bars of all runs, a heat map network x learning rate, curves."""

import io
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from common.comparison import BASELINES, Comparison, Finished
from common.graphs import save_figure

_MOST_BARS = 40
_MOST_CURVES = 10  # in colours; as many as can be told apart
_STYLES = ("--", ":", "-.")


def draw_overview(path: Path, comparison: Comparison) -> None:
    """Draw the val_mae of each block's runs as bars, baselines as lines: comparison.png."""
    blocks = list(comparison.blocks.values())
    heights = [1.4 + 0.26 * min(len(runs), _MOST_BARS) for runs in blocks]
    figure = Figure(figsize=(9, max(2.5, sum(heights))), layout="constrained")
    grid = figure.subplots(len(blocks), 1, squeeze=False, height_ratios=heights)[:, 0]
    for axes, (block, runs) in zip(grid, comparison.blocks.items(), strict=True):
        more = f"\n(best {_MOST_BARS} of {len(runs)})" if len(runs) > _MOST_BARS else ""
        _bars(axes, runs[:_MOST_BARS], title_of(block) + more)
    save_figure(path, figure, dpi=110)


def title_of(block: tuple[str, ...]) -> str:
    """Name a block in two lines: the data set by its folder, and the split."""
    facts = dict(part.split(": ", 1) for part in block)
    synthetic = ", SYNTHETIC" if facts["data"].startswith("SYNTHETIC") else ""
    return (
        f"{Path(facts['data set']).name}{synthetic}, {facts['image size']} px, seed {facts['seed']}"
        f"\n{facts['split']}"
    )


def _bars(axes: Axes, runs: list[Finished], title: str) -> None:
    values = [run.best["val_mae"] for run in runs]
    axes.barh(range(len(runs)), values, height=0.7, color="tab:blue")
    axes.set_yticks(range(len(runs)), [run.label for run in runs], fontsize="small")
    axes.set_ylim(len(runs) - 0.4, -0.6)  # the best on top
    for name, style in zip(BASELINES, _STYLES, strict=True):
        mae = runs[0].log.baselines.get(name, {}).get("val_mae")
        if mae is not None:
            axes.axvline(mae, color="0.2", linestyle=style, label=name)
    axes.set_xlabel("Validation MAE of the best epoch")
    axes.set_title(title, fontsize="medium")
    axes.legend(fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))


def heat_map(runs: list[Finished]) -> bytes:
    """Draw the lowest val_mae by network and folder as a PNG; empty where there is no run."""
    networks = sorted({str(run.log.facts["network"]) for run in runs})
    folders = sorted({str(run.log.facts["folder"]) for run in runs})
    values = np.full((len(networks), len(folders)), np.nan)
    for run in reversed(runs):  # best first: the best is written last
        place = (
            networks.index(str(run.log.facts["network"])),
            folders.index(str(run.log.facts["folder"])),
        )
        values[place] = run.best["val_mae"]
    figure = Figure(
        figsize=(3 + 1.3 * len(folders), 1.8 + 0.45 * len(networks)), layout="constrained"
    )
    axes = figure.subplots()
    image = axes.imshow(values, cmap="viridis_r", aspect="auto")
    axes.set_xticks(range(len(folders)), folders, rotation=20, ha="right")
    axes.set_yticks(range(len(networks)), networks)
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            box = {"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 1}
            axes.text(column, row, f"{value:.3f}", ha="center", va="center", bbox=box)
    figure.colorbar(image, label="Validation MAE")
    return _png(figure)


def curves(runs: list[Finished], title: str) -> bytes:
    """Draw the validation MAE of runs, best first, over their epochs as a PNG."""
    figure = Figure(figsize=(10, 4.5), layout="constrained")
    axes = figure.subplots()
    for rank, run in enumerate(runs):
        style = {"label": run.label} if rank < _MOST_CURVES else {"color": "0.85", "zorder": 1}
        epochs = [row["epoch"] for row in run.log.rows]
        axes.plot(epochs, [row["val_mae"] for row in run.log.rows], linewidth=1.2, **style)
    if len(runs) > _MOST_CURVES:
        axes.plot([], [], color="0.85", label=f"{len(runs) - _MOST_CURVES} others")
    axes.set(title=title, xlabel="Epoch", ylabel="Validation MAE")
    axes.grid(alpha=0.3)
    axes.legend(fontsize="x-small", loc="upper left", bbox_to_anchor=(1, 1))
    return _png(figure)


def _png(figure: Figure) -> bytes:
    FigureCanvasAgg(figure)
    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=90)
    return buffer.getvalue()
