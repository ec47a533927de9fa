"""Graphs of an evaluation: predicted against true, Bland-Altman, errors, coverage, the worst."""

from collections.abc import Callable, Mapping
from itertools import cycle
from pathlib import Path
from textwrap import wrap

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator, ScalarFormatter

from common.data.fields import FieldOfView
from common.files.figures import save_figure
from common.images.reading import read_picture
from common.metrics.agreement import Estimate

_WORST = 10
_CAPTION = 50  # characters of a line below a picture
_BESIDE = {"loc": "upper left", "bbox_to_anchor": (1.01, 1)}  # of a legend that covers no field
_STYLES = ("-", "--", ":")


def draw_predicted(path: Path, true: np.ndarray, predicted: np.ndarray, title: str) -> None:
    """Scatter predicted over true densities, with the line of equality.

    Args:
        path: The PNG to write.
        true: Densities, (fields,), 0 to 1.
        predicted: As many answers, 0 to 1.
        title: Of the graph.
    """

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.plot((0, 1), (0, 1), color="0.5", linewidth=1, label="predicted = true")
        axes.scatter(true, predicted, s=14, alpha=0.6)
        axes.set(title=title, xlabel="True tumour density", ylabel="Predicted tumour density")
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
        axes.legend(loc="upper left")

    _save(path, (5.5, 5.5), draw)


def draw_bland_altman(path: Path, true: np.ndarray, predicted: np.ndarray, title: str) -> None:
    """Plot differences over means, with bias and limits of agreement (Bland, Altman 1986).

    Args:
        path: The PNG to write.
        true: Densities, (fields,), 0 to 1.
        predicted: As many answers, 0 to 1.
        title: Of the graph.
    """
    difference = predicted - true
    bias, spread = difference.mean(), 1.96 * difference.std(ddof=1) if len(true) > 1 else 0.0

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.scatter((true + predicted) / 2, difference, s=14, alpha=0.6)
        for level, style in ((bias, "-"), (bias - spread, "--"), (bias + spread, "--")):
            axes.axhline(level, color="0.3", linestyle=style, linewidth=1, label=f"{level:+.3f}")
        axes.set(
            title=title,
            xlabel="Mean of true and predicted density",
            ylabel="Predicted - true density",
        )
        axes.set_xlim(-0.02, 1.02)
        axes.legend(title="bias, limits of\nagreement", fontsize="small", **_BESIDE)

    _save(path, (8, 4.5), draw)


def draw_errors(
    path: Path,
    totals: np.ndarray,
    error: np.ndarray,
    noise: np.ndarray,
    levels: Mapping[str, float],
    title: str,
) -> None:
    """Plot absolute errors over the number of nuclei, beside what counting alone brings.

    Args:
        path: The PNG to write.
        totals: Nuclei of each field, (fields,).
        error: Absolute error of each field's density, (fields,).
        noise: The error of each field that counting alone brings, (fields,).
        levels: Mean absolute errors that are drawn as lines, by what they are of.
        title: Of the graph.
    """

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.scatter(totals, error, s=14, alpha=0.6, label="absolute error")
        axes.scatter(totals, noise, s=8, marker="_", label="counting noise, expected")
        for (name, level), style in zip(levels.items(), cycle(_STYLES)):
            label = f"{name}: mean {level:.3f}"
            axes.axhline(level, color="0.2", linestyle=style, linewidth=1, label=label)
        axes.set(
            title=title, xlabel="Nuclei in the field of view", ylabel="Absolute error of density"
        )
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5, 7)))
        axes.xaxis.set_major_formatter(ScalarFormatter())
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_ylim(bottom=0)
        axes.legend(fontsize="small", **_BESIDE)

    _save(path, (8.5, 4.5), draw)


def draw_coverage(path: Path, measured: Mapping[float, Estimate], how: str, title: str) -> None:
    """Plot the share of fields that intervals hold over the share that they promise.

    Args:
        path: The PNG to write.
        measured: By the promised share, with 95 % intervals; those without a value are left out.
        how: Of which fields the intervals are.
        title: Of the graph.
    """
    found = {level: one for level, one in measured.items() if one.low is not None}
    values = np.array([one.value for one in found.values()])
    ends = np.array([(one.low, one.high) for one in found.values()]).reshape(-1, 2)
    reach = np.clip(np.abs(ends - values[:, np.newaxis]).T, 0, None)

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.plot((0, 1), (0, 1), color="0.5", linewidth=1, label="measured = promised")
        axes.errorbar(list(found), values, yerr=reach, fmt="o", capsize=3, label="measured, 95 %")
        axes.set(xlabel="Share that intervals promise to hold", ylabel="Share that they hold")
        axes.set(xlim=(0.45, 1), ylim=(0, 1.02))
        axes.set_title(f"{title}\n{how}", fontsize="medium")
        axes.legend(loc="lower right")

    _save(path, (5.5, 5), draw)


def draw_worst(
    path: Path, fields: list[FieldOfView], true: np.ndarray, predicted: np.ndarray, title: str
) -> None:
    """Show the pictures of the largest errors, largest first.

    Args:
        path: The PNG to write.
        fields: The fields of view.
        true: Their densities, (fields,), 0 to 1.
        predicted: As many answers, 0 to 1.
        title: Of the graph.
    """
    worst = np.argsort(-np.abs(predicted - true), kind="stable")[:_WORST]

    def draw(figure: Figure) -> None:
        figure.suptitle(title, fontsize="medium")
        grid = figure.subplots(2, _WORST // 2, squeeze=False).ravel()
        for axes in grid[len(worst) :]:
            axes.axis("off")
        for axes, at in zip(grid, worst, strict=False):
            axes.imshow(read_picture(fields[at].picture))
            axes.set(xticks=[], yticks=[])
            nuclei = fields[at].counts.total
            text = f"true {true[at]:.2f} ({nuclei} nuclei)\npredicted {predicted[at]:.2f}"
            axes.set_title(text, fontsize="small")
            axes.set_xlabel("\n".join(wrap(fields[at].name, _CAPTION)), fontsize=5)

    _save(path, (11, 6), draw)


def _save(path: Path, size: tuple[float, float], draw: Callable[[Figure], None]) -> None:
    figure = Figure(figsize=size, layout="constrained")
    draw(figure)
    save_figure(path, figure)
