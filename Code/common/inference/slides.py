"""The density of every field of a whole slide that shows tissue, into fields.csv."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from common.files.resumable_csv import ResumableCsv
from common.images.slide import Place, Slide
from common.images.tissue import find_tissue
from common.inference.prediction_record import PredictionRecord
from common.inference.predictor import Predictor, batches_of
from common.inference.slide_report import write_slide_report
from common.utils.entries import Entries, to_entries
from common.utils.errors import InputError

COLUMNS = ("left", "top", "edge", "density", "tissue")
LEAST_TISSUE = 0.25  # share of a field; less is mostly glass


@dataclass(frozen=True)
class SlideJob:
    """A slide that is predicted.

    Attributes:
        slide: The open slide.
        folder: That receives the results.
        record: How its answers are made.
    """

    slide: Slide
    folder: Path
    record: PredictionRecord

    @property
    def made_from(self) -> Entries:
        """All that the fields' densities depend on."""
        slide = self.slide
        return to_entries(self.record) | {
            "slide": slide.path.name,
            "edge": slide.edge,
            "width": slide.width,
            "height": slide.height,
            "microns": slide.mpp,
        }


def predict_slide(job: SlideJob, predictor: Predictor, size: int) -> None:
    """Predict a slide's fields and write its report; what an ended job has done is kept.

    Args:
        job: The slide.
        predictor: The model.
        size: Edge of the network's input, px.

    Raises:
        InputError: The slide shows no tissue, or cannot be read.
    """
    slide = job.slide
    thumbnail = slide.thumbnail()
    places = list(slide.places(find_tissue(thumbnail), LEAST_TISSUE))
    if not places:
        raise InputError("tissue", "none", slide.path, "Is it a slide of stained tissue?")
    with ResumableCsv(job.folder / "fields.csv", COLUMNS, job.made_from) as table:
        if not table.complete:
            _fill(table, job, places, predictor, size)
    write_slide_report(slide, thumbnail, job.folder, job.record)


def _fill(
    table: ResumableCsv, job: SlideJob, places: list[Place], predictor: Predictor, size: int
) -> None:
    """Predict the fields that the table lacks."""
    slide, left = job.slide, places[len(table.done) :]
    if table.done:
        print(f"going on: {len(table.done)} of {len(places)} fields are done")
    with tqdm(total=len(left), desc=slide.path.name, unit=" fields", disable=None) as bar:
        for batch in batches_of(left):
            pictures = [predictor.prepared(slide.field(place, size)) for place in batch]
            answers = predictor.answers(np.stack(pictures), job.record.flips)[0]
            table.add(
                (place.left, place.top, slide.edge, f"{answer:.6f}", f"{place.tissue:.3f}")
                for place, answer in zip(batch, answers, strict=True)
            )
            bar.update(len(batch))
    table.finish()
