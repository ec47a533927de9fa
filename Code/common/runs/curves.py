"""Graphs of a run: one PNG a metric, with the training and the validation curve."""

from collections.abc import Sequence
from math import nan
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from common.files.figures import save_figure
from common.metrics.epoch_metrics import LABELS
from common.runs.epochs import Epoch, best_epoch

_FEW = 30  # epochs that are drawn with dots


def draw_curves(path: Path, metric: str, epochs: Sequence[Epoch], title: str) -> None:
    """Draw a metric's two curves over the epochs, the best epoch marked (lowest val_loss)."""
    numbers = [epoch.number for epoch in epochs]
    best = best_epoch(epochs)
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
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
    axes.set(title=title, xlabel="Epoch", ylabel=LABELS[metric])
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3)
    axes.legend()
    save_figure(path, figure)
