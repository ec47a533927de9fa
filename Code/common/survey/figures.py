"""Figures of a data set: its densities, fields with outlined nuclei, the augmentation."""

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from common.data.fields import FieldOfView
from common.data.nuclei import read_nuclei
from common.files.figures import png_bytes
from common.images.reading import read_picture, resize
from common.survey.survey import Survey

_SHOWN, _COLUMNS = 12, 4
_VIEWS = 6  # of the augmentation
_DPI = 90
_TUMOUR, _OTHER = "#d55e00", "#0072b2"  # apart for the three kinds of colour blindness
Augment = Callable[[np.ndarray, int], np.ndarray]


def draw_densities(survey: Survey) -> bytes:
    """Draw the histogram of densities as a PNG."""
    figure = Figure(figsize=(7, 3), layout="constrained")
    axes = figure.subplots()
    axes.hist([field.density for field in survey.fields], np.linspace(0, 1, 21), color="0.45")
    axes.set(xlabel="Tumour density", ylabel="Fields of view", xlim=(0, 1))
    return png_bytes(figure, _DPI)


def draw_montage(survey: Survey) -> bytes:
    """Draw fields over the range of densities, tumour nuclei and others outlined, as a PNG."""
    ordered = sorted(survey.fields, key=lambda field: field.density)
    chosen = [ordered[at] for at in np.linspace(0, len(ordered) - 1, _SHOWN).round().astype(int)]
    rows = -(-len(chosen) // _COLUMNS)
    figure = Figure(figsize=(3 * _COLUMNS, 3.4 * rows), layout="constrained")
    for axes, field in zip(
        figure.subplots(rows, _COLUMNS, squeeze=False).flat, chosen, strict=True
    ):
        _show(axes, survey, field)
    return png_bytes(figure, _DPI)


def _show(axes: Axes, survey: Survey, field: FieldOfView) -> None:
    path = survey.data_set.annotations[field.name]
    nuclei = read_nuclei(path, field.picture.crop, survey.counting)
    axes.imshow(read_picture(field.picture))
    axes.set(xticks=[], yticks=[])
    for tumour, (left, right, top, bottom) in zip(nuclei.is_tumour, nuclei.boxes, strict=True):
        colour, style = (_TUMOUR, "-") if tumour else (_OTHER, "--")
        size = (right - left, bottom - top)
        axes.add_patch(Rectangle((left, top), *size, fill=False, edgecolor=colour, linestyle=style))
    counts = field.counts
    axes.set_title(f"{counts.density:.2f}: {counts.tumour} of {counts.total}", fontsize=10)
    axes.set_xlabel(field.name[:40], fontsize=6)


def draw_augmentation(survey: Survey, size: int, augment: Augment) -> bytes:
    """Draw one field as it is, and as training shows it again and again, as a PNG."""
    field = sorted(survey.fields, key=lambda field: field.density)[len(survey.fields) // 2]
    picture = resize(read_picture(field.picture), size)
    figure = Figure(figsize=(2 * (_VIEWS + 1), 2.3), layout="constrained")
    for at, axes in enumerate(figure.subplots(1, _VIEWS + 1)):
        axes.imshow(picture if at == 0 else augment(picture, at))
        axes.set(xticks=[], yticks=[])
        axes.set_title("as it is" if at == 0 else f"epoch {at}", fontsize=9)
    return png_bytes(figure, _DPI)
