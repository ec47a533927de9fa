"""The density of every field of a whole slide that shows tissue, into fields.csv."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from common.errors import InputError
from common.growing_table import GrowingTable
from common.predictor import Predictor, batches_of
from common.slide import Place, Slide, find_tissue
from common.slide_results import write_results

COLUMNS = ("left", "top", "edge", "density", "tissue")
LEAST_TISSUE = 0.25  # share of a field; less is mostly glass


@dataclass(frozen=True)
class SlideJob:
    """A slide that is predicted.

    folder: that receives the results. about: what is told of the model, for summary.json.
    """

    slide: Slide
    folder: Path
    about: dict[str, object]
    flips: bool


def predict_slide(job: SlideJob, predictor: Predictor, size: int) -> None:
    """Predict a slide's fields and write its results; what an ended job has done is kept.

    size: edge of the network's input, px. Raises InputError if the slide shows no tissue.
    """
    slide = job.slide
    thumbnail = slide.thumbnail()
    places = list(slide.places(find_tissue(thumbnail), LEAST_TISSUE))
    if not places:
        raise InputError("tissue", "none", slide.path, "Is it a slide of stained tissue?")
    size_of_slide = {"width": slide.width, "height": slide.height, "microns": slide.mpp}
    recipe = job.about | {"slide": slide.path.name, "edge": slide.edge} | size_of_slide
    with GrowingTable(job.folder / "fields.csv", COLUMNS, recipe) as table:
        if not table.complete:
            _fill(table, job, places, predictor, size)
    write_results(slide, thumbnail, job.folder, job.about)


def _fill(
    table: GrowingTable, job: SlideJob, places: list[Place], predictor: Predictor, size: int
) -> None:
    """Predict the fields that the table lacks."""
    slide, left = job.slide, places[len(table.done) :]
    if table.done:
        print(f"going on: {len(table.done)} of {len(places)} fields are done")
    with tqdm(total=len(left), desc=slide.path.name, unit=" fields", disable=None) as bar:
        for batch in batches_of(left):
            pictures = [predictor.prepared(slide.field(place, size)) for place in batch]
            answers = predictor.answers(np.stack(pictures), job.flips)[0]
            table.add(
                (place.left, place.top, slide.edge, f"{answer:.6f}", f"{place.tissue:.3f}")
                for place, answer in zip(batch, answers, strict=True)
            )
            bar.update(len(batch))
    table.finish()
