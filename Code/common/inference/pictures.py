"""Densities of many pictures: read ahead, in batches, into predictions.csv."""

import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from common.data.fields import FieldOfView
from common.files.resumable_csv import ResumableCsv
from common.images.reading import read_with_notes, resize
from common.images.tissue import is_glass, nearly_blank, unlike_stained
from common.inference.model_file import UNLIKE, ModelFile
from common.inference.prediction_record import PredictionRecord, interval_texts
from common.inference.predictor import BATCH, Predictor, batches_of
from common.utils.errors import InputError
from common.utils.pool import in_threads
from common.utils.terminal import bar, tell

COLUMNS = (
    *("file", "density", "low", "high"),
    *("spread", "width", "height", "notes", "true density"),
)
_READERS = 2
_OTHER_SCALE = 1.5  # times the training fields' edge; beyond it nuclei look larger or smaller
_FAILED = "failed: "
_TOLD = 20  # pictures whose answers are printed


@dataclass(frozen=True)
class _Read:
    """A picture as the network takes it; odd: of another kind than the training pictures."""

    path: Path
    picture: np.ndarray
    width: int
    height: int
    notes: list[str]
    glass: bool
    odd: bool


@dataclass(frozen=True)
class _Failed:
    """A picture that cannot be read, and why."""

    path: Path
    error: InputError


def predict_pictures(
    paths: Sequence[Path],
    file: ModelFile,
    predictor: Predictor,
    table: ResumableCsv,
    record: PredictionRecord,
    labels: dict[str, FieldOfView],
) -> None:
    """Predict the pictures that the table lacks.

    Those that cannot be read are reported, and stand at its end without a density.

    Args:
        paths: Picture files.
        file: What the model knows.
        predictor: The model.
        table: That receives a row a picture; see COLUMNS.
        record: How the answers are made.
        labels: Fields by name, for the pictures of that name: they are shown as the labels
            were made, cropped to their annotated region.
    """
    done = set(table.done)
    left = [path for path in paths if str(path) not in done]
    if done:
        tell(f"going on: {len(paths) - len(left)} of {len(paths)} pictures are done")
    read = partial(_read, labels, predictor, file)
    failed: list[_Failed] = []
    with bar(total=len(left), unit=" pictures") as shown:
        for batch in batches_of(in_threads(read, left, _READERS, 2 * BATCH)):
            good = [one for one in batch if isinstance(one, _Read)]
            if good:
                table.add(_rows(good, predictor, record, labels))
            failed += [one for one in batch if isinstance(one, _Failed)]
            shown.update(len(batch))
    for one in failed:
        print(f"{_FAILED}{one.error}", file=sys.stderr)
    table.add((one.path, *[""] * 6, f"{_FAILED}{one.error.first_line}", "") for one in failed)
    table.finish()


def count_failed(table: Path) -> int:
    """Count the pictures of a predictions.csv that could not be read."""
    return sum(row["notes"].startswith(_FAILED) for row in _rows_of(table))


def describe(table: Path) -> list[str]:
    """Say what a predictions.csv answers, a picture a line, for the first pictures of many."""
    rows = _rows_of(table)
    lines = [
        f"{row['file']}: {_answer(row)}" + (f" ({row['notes']})" if row["notes"] else "")
        for row in rows[:_TOLD]
        if not row["notes"].startswith(_FAILED)
    ]
    return lines + ([f"... {len(rows) - _TOLD} more"] if len(rows) > _TOLD else [])


def _answer(row: dict[str, str]) -> str:
    interval = f", {row['low']} to {row['high']}" if row.get("low") else ""  # older tables: none
    return f"{row['density']}{interval}" if row["density"] else "no density"


def _rows_of(table: Path) -> list[dict[str, str]]:
    with table.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _rows(
    reads: list[_Read],
    predictor: Predictor,
    record: PredictionRecord,
    labels: dict[str, FieldOfView],
) -> Iterator[tuple]:
    pictures, flips = np.stack([read.picture for read in reads]), record.flips
    for read, density, spread in zip(reads, *predictor.answers(pictures, flips), strict=True):
        field = labels.get(read.path.stem)
        true = f"{field.density:.6f}" if field else ""
        texts = [""] * 4
        if not read.glass:
            # The interval is one for pictures of the training's kind.
            interval = interval_texts(None if read.odd else record.calibration, density)
            texts = [f"{density:.6f}", *interval, f"{spread:.6f}" if flips else ""]
        yield read.path, *texts, read.width, read.height, "; ".join(read.notes), true


def _read(
    labels: dict[str, FieldOfView], predictor: Predictor, file: ModelFile, path: Path
) -> _Read | _Failed:
    crop = labels[path.stem].picture.crop if path.stem in labels else None
    try:
        picture, notes = read_with_notes(path, crop)
    except InputError as error:
        return _Failed(path, error)
    height, width = picture.shape[:2]
    if predictor.answers_alike:
        notes.append("the model answers the same for all pictures")
    small = resize(picture, file.size)
    odd = list(_oddities(picture, small, file))
    glass = is_glass(picture)
    return _Read(path, predictor.prepared(small), width, height, notes + odd, glass, bool(odd))


def _oddities(picture: np.ndarray, small: np.ndarray, file: ModelFile) -> Iterator[str]:
    """Say in what a picture is of another kind than the training pictures."""
    unstained, edge = unlike_stained(picture), file.field_pixels
    if nearly_blank(picture):
        yield "nearly blank"
    elif unstained:
        yield f"not H&E: {unstained}"
    elif file.is_unlike(small):
        yield UNLIKE
    height, width = picture.shape[:2]
    if edge and not 1 / _OTHER_SCALE < (width * height) ** 0.5 / edge < _OTHER_SCALE:
        yield f"not of the training fields' size ({edge:.0f} px)"
