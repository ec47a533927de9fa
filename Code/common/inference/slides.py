"""The density of every field of a whole slide that shows tissue, into fields.csv."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from common.files.content import content_digests
from common.files.identity import digest_texts
from common.files.resumable_csv import ResumableCsv
from common.images.reading import resize
from common.images.tissue import LEAST_TISSUE, find_tissue, unlike_stained
from common.inference.model_file import UNLIKE, ModelFile
from common.inference.prediction_record import PredictionRecord, interval_texts
from common.inference.predictor import BATCH, VIEWS, Predictor, batches_of
from common.slides.densities import COLUMNS, Densities
from common.slides.find import files_of
from common.slides.heat_map import Caption
from common.slides.report import RESULTS, check_readable, write_report
from common.slides.slide import Place, Slide
from common.slides.thumbnail import read_thumbnail
from common.utils.entries import Entries, to_entries
from common.utils.errors import InputError
from common.utils.pool import in_threads
from common.utils.terminal import bar, tell

_READERS = 2
_LOOKED_AT = 32  # fields that are held against the training pictures
_MANY = 2000  # answers, from which on the fastest safe precision is looked for


@dataclass(frozen=True)
class SlideJob:
    """A slide that is predicted.

    Attributes:
        slide: The open slide.
        folder: That receives the results.
        record: How its answers are made.
        file: The model.
    """

    slide: Slide
    folder: Path
    record: PredictionRecord
    file: ModelFile

    def made_from(self) -> Entries:
        """Return all that the fields' densities depend on."""
        slide = self.slide
        return to_entries(self.record) | {
            "slide": slide.path.name,
            "slide's content": digest_texts(content_digests(files_of(slide.path))),
            # One entry for both: older results, which know no step, have it by the same name.
            "edge": slide.edge if slide.step == slide.edge else f"{slide.edge}, each {slide.step}",
            "width": slide.width,
            "height": slide.height,
            "corner": f"{slide.left}, {slide.top}",
            "microns": slide.mpp,
        }


def predict_slide(job: SlideJob, predictor: Predictor) -> Densities:
    """Predict a slide's fields and write its report; what an ended job has done is kept.

    Args:
        job: The slide.
        predictor: The model.

    Raises:
        InputError: The slide shows no stained tissue, or cannot be read; or somebody else's files
            stand where its results belong.
    """
    slide, made_from = job.slide, job.made_from()
    _check_place(job.folder)
    thumbnail, unread = read_thumbnail(slide)
    odd = unlike_stained(thumbnail[~unread])
    if odd:
        raise InputError("a slide of stained tissue in bright field", odd, slide.path)
    # What cannot be read may be tissue: it is tried, and counted.
    places = list(slide.places(find_tissue(thumbnail) | unread, LEAST_TISSUE))
    if not places:
        raise InputError("tissue", "none", slide.path, "Is it a slide of stained tissue?")
    sample = _sample(job, places)
    unlike = sum(map(job.file.is_unlike, sample)) / max(1, len(sample))
    if unlike > 0.5:
        print(f"warning: {job.folder.name} is {UNLIKE}: no intervals")
        job = replace(job, record=replace(job.record, calibration=None))
    precision = _precision(job, len(places), sample, predictor)
    with ResumableCsv(job.folder / "fields.csv", COLUMNS, made_from) as table:
        if not table.complete:
            _fill(table, job, places, predictor)
    record = job.record
    told = record.calibration.describe() if record.calibration else None
    caption = Caption(record.model, record.network, record.synthetic, told)
    entries = to_entries(record) | {f"share of fields {UNLIKE}": round(unlike, 3)}
    entries["precision"] = precision
    return write_report(slide, thumbnail, job.folder, entries, caption)


def describe_slide(job: SlideJob, densities: Densities) -> str:
    """Say in two lines what a slide's fields answer, and how they were read."""
    slide, size = job.slide, job.file.size
    fields, bad = len(densities.density), densities.unreadable
    unreadable = f", {bad:,} of which could not be read" if bad else ""
    return (
        f"{job.folder.name}: {fields:,} fields{unreadable}; over tissue, mean density "
        f"{densities.mean:.3f}, share above 0.5: {densities.share_above(0.5):.3f}\n"
        f"  fields of {slide.edge} px = {slide.edge * slide.mpp:.1f} microns at {slide.mpp:.4g} "
        f"microns per px, scaled to {size} px"
    )


def _sample(job: SlideJob, places: list[Place]) -> list[np.ndarray]:
    """Read about 32 fields spread over the slide, in their own stains."""
    size, fields = job.file.size, []
    for place in places[:: max(1, len(places) // _LOOKED_AT)]:
        with contextlib.suppress(InputError):  # counted where all fields are read
            fields.append(resize(job.slide.field(place, size), size))
    return fields


def _precision(job: SlideJob, fields: int, sample: list[np.ndarray], predictor: Predictor) -> str:
    """Choose the precision of a slide, and tell it where it is not float32.

    Which one is safe takes longer to find out than few fields take.
    """
    answers = fields * (len(VIEWS) if job.record.flips else 1)
    worth = job.record.precision != "float32" and answers >= _MANY and sample
    tried = np.array([predictor.prepared(field) for field in sample]) if worth else None
    precision = predictor.settle_precision(tried)
    if precision != "float32":
        tell(f"precision: {precision}")
    return precision


def _check_place(folder: Path) -> None:
    """Raise InputError if results stand there that no record says to be ours."""
    if not (folder / "fields.json").exists():
        for name in RESULTS:
            if (folder / name).exists():
                raise InputError("no earlier result", name, folder, "Give another --output DIR.")


def _fill(table: ResumableCsv, job: SlideJob, places: list[Place], predictor: Predictor) -> None:
    """Predict the fields that the table lacks."""
    slide, left = job.slide, places[len(table.done) :]
    if table.done:
        tell(f"going on: {len(table.done)} of {len(places)} fields are done")
    unreadable = 0

    def read(place: Place) -> tuple[Place, np.ndarray | None]:
        try:
            return place, predictor.prepared(slide.field(place, job.file.size))
        except InputError:
            return place, None

    with bar(total=len(left), desc=slide.path.name, unit=" fields") as shown:
        for batch in batches_of(in_threads(read, left, _READERS, 2 * BATCH)):
            table.add(_rows(batch, job, predictor))
            unreadable += sum(picture is None for _, picture in batch)
            check_readable(unreadable, len(places), slide)
            shown.update(len(batch))
    table.finish()


def _rows(
    batch: list[tuple[Place, np.ndarray | None]], job: SlideJob, predictor: Predictor
) -> Iterator[tuple]:
    """Answer for a batch; a field that could not be read has a row without a density."""
    pictures = [picture for _, picture in batch if picture is not None]
    answers = iter(predictor.answers(np.stack(pictures), job.record.flips)[0] if pictures else ())
    for place, picture in batch:
        texts = ("", "", "")
        if picture is not None:
            density = next(answers)
            texts = (f"{density:.6f}", *interval_texts(job.record.calibration, density))
        yield place.left, place.top, job.slide.edge, *texts, f"{place.tissue:.3f}"
