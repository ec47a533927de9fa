"""The flow of Predict.py: check what was given, then predict pictures and slides."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from common.data.counting_options import CountingOptions
from common.data.fields import FieldOfView
from common.data.loading import load_for
from common.files.content import content_digests
from common.files.disk import check_writable
from common.files.identity import digest_texts
from common.files.locks import held
from common.files.resumable_csv import ResumableCsv
from common.images.formats import find_pictures, pictures_in
from common.images.slide import Slide, check_openslide, is_slide, slides_in
from common.inference.model_file import ModelFile, read_model_file
from common.inference.predict_options import PredictCommand, PredictOptions
from common.inference.prediction_record import PredictionRecord, record_predictions
from common.nucls.dataset import find_data_set
from common.utils.entries import to_entries
from common.utils.errors import InputError
from common.utils.tensorflow_env import prepare_tensorflow

if TYPE_CHECKING:
    from common.inference.predictor import Predictor

_LABELS = "Name the folder that holds contours/ with --labels."


@dataclass(frozen=True)
class PredictionJob:
    """What is predicted, checked.

    Attributes:
        file: The model.
        pictures, slides: Files.
        labels: Fields by name; empty without --labels.
        options: How.
    """

    file: ModelFile
    pictures: list[Path]
    slides: list[Path]
    labels: dict[str, FieldOfView]
    options: PredictOptions

    def record(self, predictor: "Predictor") -> PredictionRecord:
        """Return how the answers are made."""
        return record_predictions(self.file, self.options.flips, predictor.answers_alike)

    @property
    def table(self) -> Path:
        """The densities of the pictures."""
        return self.options.output / "predictions.csv"


def plan_predictions(command: PredictCommand) -> PredictionJob:
    """Check what is to be predicted.

    Raises:
        InputError: Something that was given cannot be.
    """
    given, options = command.pictures, command.options
    file = read_model_file(command.model, command.known)
    slides = _slides(given, file)
    pictures = _pictures(given, slides)
    labels = _labels(options, command.counting, file)
    if labels and not any(path.stem in labels for path in pictures):
        raise InputError("pictures named as the labelled fields of view", "none", options.labels)
    check_writable(options.output.absolute())
    return PredictionJob(file, pictures, slides, labels, options)


def _labels(
    options: PredictOptions, counting: CountingOptions, file: ModelFile
) -> dict[str, FieldOfView]:
    if options.labels is None:
        return {}
    labels = load_for(find_data_set(options.labels, _LABELS), counting, file.counting)
    return {field.name: field for field in labels.fields}


def _pictures(given: Sequence[Path], slides: list[Path]) -> list[Path]:
    """List the pictures; folders of nothing but slides hold none. Raises InputError."""
    holders = {folder for slide in slides for folder in slide.parents}
    only = [path for path in dict.fromkeys(given) if path.is_dir() and path in holders]
    rest = [path for path in given if path not in slides and path not in only]
    there = [folder for folder in only if pictures_in(folder)]
    return find_pictures([*rest, *there])


def _slides(given: Sequence[Path], file: ModelFile) -> list[Path]:
    """List the slides that are given or lie in folders that are. Raises InputError."""
    below = [slide for path in given if path.is_dir() for slide in slides_in(path)]
    slides = list(dict.fromkeys([path for path in given if is_slide(path)] + below))
    if slides:
        check_openslide()
    if slides and file.field_microns is None:
        raise InputError("the size of a field", "none", file.path, "Give --field-microns.")
    stems = sorted(slide.stem for slide in slides)
    for one, other in pairwise(stems):
        if one == other:
            raise InputError("slides of different names", f"{one} twice", do="Rename one.")
    return slides


def predict(job: PredictionJob) -> int:
    """Predict a checked job.

    Returns:
        How many pictures and slides could not be read.

    Raises:
        InputError: Another process is at work there, or its results were made in another way.
    """
    prepare_tensorflow()
    with held(job.options.output.absolute()):
        from common.inference.predictor import Predictor  # TensorFlow, only after all checks

        predictor = Predictor(job.file)
        for warning in predictor.warnings():
            print(warning)
        failed = _predict_pictures(job, predictor) if job.pictures else 0
        return failed + sum(_predict_slide(slide, job, predictor) for slide in job.slides)


def _predict_pictures(job: PredictionJob, predictor: "Predictor") -> int:
    """Return how many pictures could not be read."""
    from common.inference.pictures import COLUMNS, count_failed, predict_pictures

    names = digest_texts(map(str, job.pictures))
    made_from = to_entries(job.record(predictor)) | {
        "labels": str(job.options.labels),
        "pictures": f"{len(job.pictures)}, {names}",
        "pictures' content": digest_texts(content_digests(job.pictures)),
    }
    if job.labels:  # densities and, by their regions, what the network is shown
        made_from["labels' content"] = digest_texts(map(repr, job.labels.values()))
    with ResumableCsv(job.table, COLUMNS, made_from) as table:
        if table.complete:
            print(f"finished already: {job.table}")
        else:
            flips = job.options.flips
            predict_pictures(job.pictures, job.file, predictor, table, flips, job.labels)
    print(f"predictions: {job.table}")
    return count_failed(job.table)


def _predict_slide(path: Path, job: PredictionJob, predictor: "Predictor") -> bool:
    """Return whether the slide could not be read; the others go on."""
    from common.inference.slides import SlideJob, predict_slide

    folder, record = job.options.output / path.stem, job.record(predictor)
    try:
        with Slide(path, job.file.field_microns, job.options.slide_mpp) as slide:
            predict_slide(SlideJob(slide, folder, record), predictor, job.file.size)
    except InputError as error:
        print(f"failed: {error}", file=sys.stderr)
        return True
    print(f"slide: {folder}")
    return False
