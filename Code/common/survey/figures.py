"""Figures of a data set: its densities, fields with outlined nuclei, the augmentation."""

from collections.abc import Callable

import cv2
import numpy as np
from matplotlib.figure import Figure

from common.data.fields import FieldOfView
from common.data.nuclei import read_nuclei
from common.data.outlines import LYMPHOCYTE, TUMOUR, outline
from common.files.figures import png_bytes
from common.images.reading import read_picture, resize
from common.survey.survey import Survey

_SHOWN = 12
_EDGE = 3  # inches, width of a field
_VIEWS = 5  # of the augmentation
_DPI = 110
Augment = Callable[[np.ndarray, int], np.ndarray]


def draw_densities(survey: Survey) -> bytes:
    """Draw the histogram of densities as a PNG."""
    figure = Figure(figsize=(5, 2.6), layout="constrained")
    axes = figure.subplots()
    axes.hist([field.density for field in survey.fields], np.linspace(0, 1, 21), color="0.45")
    axes.set(xlabel="Tumour density", ylabel="Fields of view", xlim=(0, 1))
    return png_bytes(figure, _DPI)


def draw_fields(survey: Survey) -> dict[str, bytes]:
    """Draw fields over the range of densities, tumour nuclei and others outlined.

    Returns:
        PNGs by their captions.
    """
    ordered = sorted(survey.fields, key=lambda field: field.density)
    places = np.linspace(0, len(ordered) - 1, min(_SHOWN, len(ordered))).round().astype(int)
    return {_caption(ordered[at]): _draw_field(survey, ordered[at]) for at in places}


def _caption(field: FieldOfView) -> str:
    counts = field.counts
    return f"{counts.density:.2f}: {counts.tumour} of {counts.total}, {field.name}"


def _draw_field(survey: Survey, field: FieldOfView) -> bytes:
    path = survey.data_set.annotations[field.name]
    nuclei = read_nuclei(path, field.picture.crop, survey.counting)
    picture = read_picture(field.picture)
    height, width = picture.shape[:2]
    figure = Figure(figsize=(_EDGE, _EDGE * height / width))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.imshow(picture)
    axes.axis("off")
    looks = [TUMOUR if tumour else LYMPHOCYTE for tumour in nuclei.is_tumour]
    outline(axes, nuclei.boxes, looks)
    return png_bytes(figure, _DPI)


def draw_augmentation(survey: Survey, size: int, augment: Augment) -> dict[str, bytes]:
    """Draw one field as it is, and as training shows it again and again: PNGs by captions."""
    field = sorted(survey.fields, key=lambda field: field.density)[len(survey.fields) // 2]
    picture = resize(read_picture(field.picture), size)
    views = {f"epoch {at}": augment(picture, at) for at in range(1, _VIEWS + 1)}
    return {name: _as_png(view) for name, view in ({"as it is": picture} | views).items()}


def _as_png(picture: np.ndarray) -> bytes:
    return cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1].tobytes()
