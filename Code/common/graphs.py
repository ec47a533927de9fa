"""Graphs of a run: one PNG a figure, with the training and the validation curve."""

from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from common.files import whole_file
from common.logbook import Row, best_row

NAMES = {
    "loss": "Loss",
    "mae": "Mean absolute error of the density",
    "mse": "Mean squared error of the density",
    "rmse": "Root mean squared error of the density",
    "msle": "Mean squared logarithmic error of the density",
    "cosine": "Cosine similarity over the epoch's densities",
}


def draw_graph(path: Path, figure: str, rows: list[Row], title: str) -> None:
    """Draw the figure's two curves over the epochs, the best epoch marked (lowest val_loss)."""
    epochs = [row["epoch"] for row in rows]
    best = best_row(rows)
    canvas = Figure(figsize=(7, 4.5), layout="constrained")
    axes = canvas.subplots()
    dot = {"marker": "."} if len(rows) < 30 else {}
    axes.plot(epochs, [row[figure] for row in rows], label="training", **dot)
    axes.plot(epochs, [row[f"val_{figure}"] for row in rows], label="validation", **dot)
    axes.axvline(best["epoch"], color="0.6", linestyle=":", linewidth=1)
    value = best[f"val_{figure}"]
    label = f"best epoch {best['epoch']:.0f}: {value:.4f}"
    axes.plot(best["epoch"], value, "k*", markersize=11, label=label)
    axes.set(title=title, xlabel="Epoch", ylabel=NAMES[figure])
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3)
    axes.legend()
    save_figure(path, canvas)


def save_figure(path: Path, figure: Figure, dpi: int = 120) -> None:
    """Write a figure as a PNG, whole or not at all."""
    FigureCanvasAgg(figure)
    with whole_file(path) as beside:
        figure.savefig(beside, dpi=dpi)
