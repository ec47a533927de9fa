"""What Predict.py is given, checked."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from common.data.counting_options import CountingOptions
from common.data.fields import FieldOfView
from common.data.loading import load_for
from common.files.disk import CacheOptions, check_writable
from common.images.reading import MPP
from common.inference.inputs import Inputs, sort_inputs
from common.inference.model_file import ModelFile, ModelOptions, read_model_file
from common.inference.prediction_record import PredictionRecord, record_predictions
from common.nucls.dataset import find_data_set
from common.slides.resolution import Resolutions, read_mpp_csv
from common.slides.slide import FieldSize, Slide
from common.utils.cli import argument, option, option_group
from common.utils.errors import InputError, name_some
from common.utils.ranges import number, whole_number

if TYPE_CHECKING:
    from common.inference.predictor import Predictor

DEFAULT_OUTPUT = Path("Predictions")
EVALUATION = "evaluation.json"  # beside the predictions of labelled pictures
_LABELS = "Name the folder that holds contours/ with --labels."


@dataclass(frozen=True)
class PredictOptions:
    """How pictures and slides are predicted."""

    output: Path | None = option(
        None,
        "default: Predictions; Predictions-2, ... if that holds predictions of something else",
        type=Path,
    )
    flips: bool = option(
        False,
        "average the eight turns and flips of each picture, and give their spread (standard "
        "deviation)",
    )
    precision: str = option(
        "auto",
        "of large slides; auto: the fastest of the device in which 32 of their fields get the same "
        "densities to 0.0025 (default: auto)",
        choices=("auto", "float32"),
    )
    labels: Path | None = option(
        None, "a labelled data set: adds its densities and evaluates", type=Path
    )
    include_training: bool = option(
        False, "of --labels, evaluate pictures as well that the model has seen in training"
    )
    slide_mpp: float | None = option(
        None,
        "microns per px of slides and of pictures larger than a field, whatever they tell",
        type=number(*MPP),
    )
    mpp_csv: Path | None = option(
        None, "a table of microns per px for many slides: columns slide, mpp", type=Path
    )
    overlap: int = option(
        1,
        "divides the step from field to field of slides, for a finer map in N x N times the time; "
        "means and areas stay those of fields side by side (default: 1)",
        type=whole_number(1, 8),
        metavar="N",
    )


@dataclass(frozen=True)
class PredictCommand:
    """All that Predict.py is given."""

    model: Path = argument("a best_model....h5", type=Path)
    pictures: list[Path] = argument("pictures, folders, slides", type=Path, nargs="+")
    options: PredictOptions = option_group("predictions")
    cache: CacheOptions = option_group("cache")
    counting: CountingOptions = option_group("how the labels' nuclei are counted")
    known: ModelOptions = option_group("what the model file does not know")


@dataclass(frozen=True)
class PredictionJob:
    """What is predicted, checked.

    Attributes:
        file: The model.
        inputs: What.
        labels: Fields by name; empty without --labels.
        options: How.
        resolutions: Of the slides.
        output: The folder of the results.
    """

    file: ModelFile
    inputs: Inputs
    labels: dict[str, FieldOfView]
    options: PredictOptions
    resolutions: Resolutions
    output: Path

    def record(self, predictor: "Predictor") -> PredictionRecord:
        """Return how the answers are made."""
        options = self.options
        alike = predictor.answers_alike
        return record_predictions(self.file, options.flips, alike, options.precision)

    def describe_interval(self) -> str:
        """Say what the columns low and high are, or why they are empty."""
        calibration = self.file.calibration
        if calibration and not self.options.flips:
            return f"interval: {calibration.describe()}"
        why = "the model file keeps none, or none for use with --stain or --field-microns"
        if calibration:
            why = "the model's is of single views, not of their mean (--flips)"
        return f"interval: none is known of these answers (low and high are empty): {why}"

    def open_slide(self, path: Path) -> Slide:
        """Open a slide, divided into fields of the model's size."""
        microns = self.file.field_microns or 0  # known where there are slides
        fields = FieldSize(microns, self.file.size, self.options.overlap)
        return Slide(path, fields, self.resolutions.of(path))

    @property
    def has_others_evaluation(self) -> bool:
        """Whether a file that no record says to be ours stands where an evaluation goes."""
        there = self.table.with_name(EVALUATION).exists()
        return bool(self.labels) and there and not self.table.with_suffix(".json").exists()

    @property
    def table(self) -> Path:
        """The densities of the pictures."""
        return self.output / "predictions.csv"


def plan_predictions(command: PredictCommand) -> PredictionJob:
    """Check what is to be predicted.

    Raises:
        InputError: Something that was given cannot be.
    """
    options = command.options
    command.cache.use()
    file = read_model_file(command.model, command.known)
    table = read_mpp_csv(options.mpp_csv) if options.mpp_csv else {}
    resolutions = Resolutions(options.slide_mpp, table)
    labels = _labels(options, command.counting, file)
    names = frozenset(labels)
    inputs = sort_inputs(command.pictures, file, resolutions, options.overlap, names)
    if labels:
        _check_labelled([path.stem for path in inputs.pictures if path.stem in labels], options)
    output = options.output or DEFAULT_OUTPUT
    check_writable(output.absolute())
    job = PredictionJob(file, inputs, labels, options, resolutions, output)
    if options.output and job.has_others_evaluation:
        found = EVALUATION
        raise InputError("no earlier result", found, output, "Give another --output DIR.")
    return job


def _check_labelled(names: list[str], options: PredictOptions) -> None:
    """Raise InputError unless there are labelled pictures, of each field one."""
    if not names:
        raise InputError("pictures named as the labelled fields of view", "none", options.labels)
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        expected, found = "one picture of each labelled field", f"several of {name_some(twice)}"
        raise InputError(expected, found, do="Give the one that was labelled.")


def _labels(
    options: PredictOptions, counting: CountingOptions, file: ModelFile
) -> dict[str, FieldOfView]:
    if options.labels is None:
        return {}
    labels = load_for(find_data_set(options.labels, _LABELS), counting, file.counting)
    return {field.name: field for field in labels.fields}
