"""The flow of Predict.py: pictures, then slides, into a folder of results."""

import itertools
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from common.files.content import content_digests
from common.files.identity import digest_texts
from common.files.locks import held
from common.files.resumable_csv import ResumableCsv, check_note
from common.inference.plan import DEFAULT_OUTPUT, PredictionJob
from common.slides.find import result_name
from common.utils.entries import Entries, to_entries
from common.utils.errors import InputError
from common.utils.tensorflow_env import prepare_tensorflow
from common.utils.terminal import tell

if TYPE_CHECKING:
    from common.inference.predictor import Predictor
    from common.inference.slides import SlideJob
    from common.slides.slide import Slide


def predict(job: PredictionJob) -> tuple[PredictionJob, int]:
    """Predict a checked job.

    Returns:
        The job with the folder that its results are in, and how many pictures and slides failed.

    Raises:
        InputError: Another process is at work there, or its results were made in another way.
    """
    for reason in job.inputs.failed:
        print(f"failed: {reason}", file=sys.stderr)
    prepare_tensorflow()
    from common.inference.predictor import BATCH, Predictor  # TensorFlow, only after all checks

    predictor = Predictor(job.file, BATCH if job.inputs.slides else len(job.inputs.pictures))
    tell(*predictor.warnings(), job.describe_interval())
    if job.options.output is None:
        job = replace(job, output=_default_output(job, predictor))
    with held(job.output.absolute()):
        failed = len(job.inputs.failed)
        failed += _predict_pictures(job, predictor) if job.inputs.pictures else 0
        failed += sum(_predict_slide(slide, job, predictor) for slide in job.inputs.slides)
    return job, failed


def _default_output(job: PredictionJob, predictor: "Predictor") -> Path:
    """Return the first of Predictions, Predictions-2, ... that holds nothing else's results."""
    wanted = list(_notes(job, predictor))
    for at in itertools.count(1):
        output = DEFAULT_OUTPUT.with_name(f"{DEFAULT_OUTPUT}-{at}") if at > 1 else DEFAULT_OUTPUT
        free = not replace(job, output=output).has_others_evaluation
        if free and all(_fits(output / note, made_from) for note, made_from in wanted):
            break
    return output


def _notes(job: PredictionJob, predictor: "Predictor") -> Iterator[tuple[Path, Entries]]:
    """List the notes of how a job's tables are made, in a folder of results."""
    if job.inputs.pictures:
        yield Path(job.table.with_suffix(".json").name), _made_from(job, predictor)
    for path in job.inputs.slides:
        with job.open_slide(path) as slide:
            made_from = _slide_job(slide, job, predictor).made_from()
            yield Path(result_name(path)) / "fields.json", made_from


def _fits(note: Path, made_from: Entries) -> bool:
    if not note.exists():
        return not note.with_suffix(".csv").exists()
    try:
        check_note(note, made_from)
    except InputError:
        return False
    return True


def _made_from(job: PredictionJob, predictor: "Predictor") -> Entries:
    """Return all that the densities of the pictures depend on."""
    pictures = job.inputs.pictures
    made_from = to_entries(job.record(predictor)) | {
        "labels": str(job.options.labels),
        "pictures": f"{len(pictures)}, {digest_texts(map(str, pictures))}",
        "pictures' content": digest_texts(content_digests(pictures)),
    }
    if job.labels:  # densities and, by their regions, what the network is shown
        made_from["labels' content"] = digest_texts(map(repr, job.labels.values()))
    return made_from


def _predict_pictures(job: PredictionJob, predictor: "Predictor") -> int:
    """Return how many pictures could not be read."""
    from common.inference.pictures import COLUMNS, count_failed, describe, predict_pictures

    with ResumableCsv(job.table, COLUMNS, _made_from(job, predictor)) as table:
        if table.complete:
            print(f"finished already: {job.table}")
        else:
            record = job.record(predictor)
            predict_pictures(job.inputs.pictures, job.file, predictor, table, record, job.labels)
    print(*describe(job.table), f"predictions: {job.table}", sep="\n")
    return count_failed(job.table)


def _slide_job(slide: "Slide", job: PredictionJob, predictor: "Predictor") -> "SlideJob":
    from common.inference.slides import SlideJob

    folder = job.output / result_name(slide.path)
    return SlideJob(slide, folder, job.record(predictor), job.file)


def _predict_slide(path: Path, job: PredictionJob, predictor: "Predictor") -> bool:
    """Return whether the slide could not be read; the others go on."""
    from common.inference.slides import describe_slide, predict_slide

    try:
        with job.open_slide(path) as slide:
            slide_job = _slide_job(slide, job, predictor)
            densities = predict_slide(slide_job, predictor)
            print(describe_slide(slide_job, densities))
    except InputError as error:
        print(f"failed: {error}", file=sys.stderr)
        return True
    print(f"slide: {slide_job.folder}")
    return False
