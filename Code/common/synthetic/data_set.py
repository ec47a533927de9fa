"""A synthetic data set on disk, in the layout and with the names of NuCLS."""

import csv
import errno
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from common.files.atomic import whole_folder
from common.synthetic import MARK
from common.synthetic.nuclei import (
    FIBROBLAST,
    LYMPHOCYTE,
    TUMOUR,
    Nucleus,
    draw_nuclei,
    label_map,
)
from common.synthetic.painting import draw_stain, paint
from common.utils.terminal import bar

_FIELDS_A_SLIDE = 8
_MISSED = 0.1  # share of the nuclei that one of several raters misses
_COLOURS = {TUMOUR: (220, 30, 30), LYMPHOCYTE: (30, 30, 230), FIBROBLAST: (20, 160, 60)}  # RGB
_MASK_CODES = {TUMOUR: 1, FIBROBLAST: 2, LYMPHOCYTE: 3}  # the codes of NuCLS's mask/*.png
_COLUMNS = [
    "", "anchor_id", "group", "xmin", "ymin", "xmax", "ymax", "has_algorithmic_boundary",
    "coords_x", "coords_y", "bbox_area", "color",
]  # fmt: skip


@dataclass(frozen=True)
class SampleField:
    """One synthetic field of view.

    Attributes:
        name: As NuCLS would name it.
        picture: uint8 RGB, (size, size, 3).
        nuclei: Those in it.
    """

    name: str
    picture: np.ndarray
    nuclei: list[Nucleus]


def make_sample(
    output: Path, count: int = 288, size: int = 256, seed: int = 0, raters: int = 1
) -> None:
    """Write `count` fields of view of `size` x `size` px with contours/, rgbs/, mask/ and vis/.

    With several raters each field is there once for each of them, as in the raw multi-rater sets of
    NuCLS: the same picture under a name that begins with the rater, who has missed some nuclei.

    The same arguments give the same files. The folder appears whole or not at all, and holds a
    mark by which every reader knows that it is synthetic.

    Args:
        output: The folder to make.
        count: Fields of view.
        size: Edge of a field, px.
        seed: Of all randomness.
        raters: How many label each field.

    Raises:
        InputError: `output` exists, or cannot be made.
    """
    remedy = "Remove it to make the sample anew, or give --output."
    with whole_folder(output, remedy) as folder:
        for name in ("contours", "rgbs", "mask", "vis"):
            (folder / name).mkdir()
        _write_all(folder, np.random.default_rng(seed), count, size, raters)
        (folder / MARK).write_text("Painted by a program; no patient's tissue.\n")


def _write_all(
    folder: Path, random: np.random.Generator, count: int, size: int, raters: int
) -> None:
    fields = _fields(random, count, size)
    for field in bar(fields, "painting the sample data set", count, unit=" fields"):
        for entry in [field] if raters == 1 else _rated(random, field, raters):
            _write(folder, entry)


def _fields(random: np.random.Generator, count: int, size: int) -> Iterator[SampleField]:
    """Draw slides of several fields each; a slide has its stain and its kind of tissue."""
    for number in range(count):
        place = number % _FIELDS_A_SLIDE
        if place == 0:
            slide = number // _FIELDS_A_SLIDE
            stain = draw_stain(random)
            tissue = random.dirichlet([1.5, 1.5, 2])  # chances of none, only, some tumour
        kind = random.choice(3, p=0.3 * np.array([0.3, 0.1, 0.6]) + 0.7 * tissue)
        density = (0.0, 1.0, random.beta(1.5, 1.5))[kind]
        nuclei = draw_nuclei(random, size, density)
        name = _name(slide, left=(20_000 + 3 * size * place), top=30_000, size=size)
        yield SampleField(name, paint(random, size, nuclei, stain), nuclei)


def _rated(random: np.random.Generator, field: SampleField, raters: int) -> Iterator[SampleField]:
    """Label a field once for each rater."""
    for rater in range(1, raters + 1):
        seen = [nucleus for nucleus in field.nuclei if random.random() > _MISSED]
        yield SampleField(f"R{rater}.1_#_E_#_{field.name}", field.picture, seen or field.nuclei)


def _name(slide: int, left: int, top: int, size: int) -> str:
    """Name a field of view as NuCLS does, six hospitals taking turns with their slides."""
    patient = f"TCGA-Z{slide % 6}-A{slide:03d}-DX1_id-synthetic{slide:015d}"
    return f"{patient}_left-{left}_top-{top}_bottom-{top + size}_right-{left + size}"


def _write(folder: Path, field: SampleField) -> None:
    codes = np.array([0, *(_MASK_CODES[nucleus.group] for nucleus in field.nuclei)], np.uint8)
    labels = label_map(len(field.picture), field.nuclei)
    # As in NuCLS the first channel is the class, and the other two tell nuclei apart.
    high = np.where(labels > 0, labels // 256 + 1, 0)
    mask = np.stack([codes[labels], labels % 256, high], -1).astype(np.uint8)
    vis = field.picture.copy()
    for nucleus in field.nuclei:
        cv2.polylines(vis, [nucleus.outline], True, _COLOURS[nucleus.group], 2, cv2.LINE_AA)
    for kind, picture in (("rgbs", field.picture), ("mask", mask), ("vis", vis)):
        path = folder / kind / f"{field.name}.png"
        if not cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)):
            raise OSError(errno.EIO, "no way to write the picture (is the disk full?)", str(path))
    with (folder / "contours" / f"{field.name}.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(_row(number, nucleus) for number, nucleus in enumerate(field.nuclei))


def _row(number: int, nucleus: Nucleus) -> list[object]:
    (xmin, ymin), (xmax, ymax) = nucleus.outline.min(0), nucleus.outline.max(0)
    xs, ys = (",".join(map(str, column)) for column in nucleus.outline.T)
    colour = "rgb({},{},{})".format(*_COLOURS[nucleus.group])
    area = (xmax - xmin) * (ymax - ymin)
    return [number, number, nucleus.group, xmin, ymin, xmax, ymax, 1, xs, ys, area, colour]
