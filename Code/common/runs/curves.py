"""Graphs of a run: one PNG a metric, with the training and the validation curve."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from math import nan
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from common.files.figures import save_figure
from common.metrics.epoch_metrics import LABELS
from common.runs.epochs import Epoch, best_epoch

_FEW = 30  # epochs that are drawn with dots
_STYLES = ("--", ":", "-.", (0, (8, 2)), (0, (1, 4)), (0, (6, 2, 1, 2, 1, 2)))  # of baselines


def draw_curves(
    path: Path,
    metric: str,
    epochs: Sequence[Epoch],
    title: str,
    baselines: Mapping[str, Mapping[str, float]] | None = None,
) -> None:
    """Draw a metric's two curves over the epochs, the best epoch marked (lowest val_loss).

    Args:
        path: The PNG to write.
        metric: Its name.
        epochs: At least one.
        title: Of the graph.
        baselines: Validation metrics of baselines, which are lines across, by name.
    """
    figure = Figure(figsize=(9, 4.5), layout="constrained")
    plot_curves(figure.subplots(), metric, epochs, title, baselines)
    save_figure(path, figure)


def plot_curves(
    axes: Axes,
    metric: str,
    epochs: Sequence[Epoch],
    title: str,
    baselines: Mapping[str, Mapping[str, float]] | None = None,
) -> None:
    """Plot into axes what `draw_curves` draws."""
    numbers, best = [epoch.number for epoch in epochs], best_epoch(epochs)
    dot = {"marker": "."} if len(epochs) < _FEW else {}
    axes.plot(
        numbers, [epoch.training.get(metric, nan) for epoch in epochs], label="training", **dot
    )
    axes.plot(
        numbers, [epoch.validation.get(metric, nan) for epoch in epochs], label="validation", **dot
    )
    axes.axvline(best.number, color="0.6", linestyle=":", linewidth=1)
    value = best.validation.get(metric, nan)  # a metric that was added while the run was ended
    label = f"best epoch {best.number}: {value:.4f}"
    axes.plot(best.number, value, "k*", markersize=11, label=label)
    levels = [(name, one[metric]) for name, one in (baselines or {}).items() if metric in one]
    for (name, level), style in zip(levels, cycle(_STYLES), strict=False):
        axes.axhline(level, color="0.4", linestyle=style, linewidth=1, label=f"{name}: {level:.4f}")
    axes.set(title=title, xlabel="Epoch", ylabel=LABELS[metric])
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small", loc="upper left", bbox_to_anchor=(1.01, 1))  # covers no curve
