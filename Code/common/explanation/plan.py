"""The flow of Explain.py: check what was given, then explain pictures."""

from dataclasses import dataclass
from pathlib import Path

from common.data.counting_options import CountingOptions
from common.data.loading import Labels, load_for
from common.files.disk import CacheOptions, check_writable
from common.files.locks import held
from common.images.formats import find_pictures
from common.inference.inputs import check_single_fields
from common.inference.model_file import ModelFile, ModelOptions, read_model_file
from common.models.architecture import STAGES
from common.nucls.dataset import find_data_set
from common.splits.training_fields import seen_by
from common.utils.cli import argument, option, option_group
from common.utils.errors import InputError
from common.utils.tensorflow_env import prepare_tensorflow

_LABELS = "Name the folder that holds contours/ with --labels."


@dataclass(frozen=True)
class ExplainOptions:
    """How pictures are explained."""

    labels: Path | None = option(None, "the labelled data set of the pictures", type=Path)
    include_training: bool = option(
        False, "of --labels, count pictures as well that the model has seen in training"
    )
    stage: str = option(
        STAGES[-1],
        "whose last feature map is shown; earlier ones are finer and mean less "
        f"(default: {STAGES[-1]})",
        choices=STAGES,
    )
    output: Path = option(Path("Explanations"), "default: Explanations", type=Path)


@dataclass(frozen=True)
class ExplainCommand:
    """All that Explain.py is given."""

    model: Path = argument("a best_model....h5", type=Path)
    pictures: list[Path] = argument("pictures or folders of them", type=Path, nargs="+")
    options: ExplainOptions = option_group("explanations")
    cache: CacheOptions = option_group("cache")
    counting: CountingOptions = option_group("how the labels' nuclei are counted")
    known: ModelOptions = option_group("what the model file does not know")


@dataclass(frozen=True)
class ExplanationJob:
    """What is explained, checked.

    Attributes:
        file: The model.
        pictures: Files.
        labels: Of the pictures, None without.
        options: How.
    """

    file: ModelFile
    pictures: list[Path]
    labels: Labels | None
    options: ExplainOptions


def plan_explanations(command: ExplainCommand) -> ExplanationJob:
    """Check what is to be explained.

    Raises:
        InputError: Something that was given cannot be.
    """
    options = command.options
    command.cache.use()
    file = read_model_file(command.model, command.known)
    paths = find_pictures(command.pictures)
    labels, names = None, set()
    if options.labels:
        labels = load_for(find_data_set(options.labels, _LABELS), command.counting, file.counting)
        names = {field.name for field in labels.fields}
        if not any(path.stem in names for path in paths):
            expected = "pictures named as the labelled fields of view"
            raise InputError(expected, "none", options.labels)
    check_single_fields([path for path in paths if path.stem not in names], file)
    check_writable(options.output.absolute())
    return ExplanationJob(file, paths, labels, options)


def explain(job: ExplanationJob) -> list[InputError]:
    """Explain a checked job.

    Returns:
        What could not be read.

    Raises:
        InputError: Results are there already, or another process is at work there.
    """
    prepare_tensorflow()
    from common.explanation.explain import (  # TensorFlow, only after all checks
        Explainer,
        ExplanationRecord,
        explain_pictures,
        picture_of,
    )

    options, output = job.options, job.options.output
    record = ExplanationRecord(
        model=job.file.path.name,
        stage=options.stage,
        labels=str(options.labels) if options.labels else None,
        synthetic=job.file.synthetic or bool(job.labels and job.labels.data_set.synthetic),
    )
    with held(output.absolute()):
        targets = [picture_of(output, path) for path in job.pictures]
        _check_new([*targets, output / "explanation.json"])
        explainer = Explainer(job.file, options.stage, job.labels)
        return explain_pictures(explainer, job.pictures, output, record, _left_out(job))


def _left_out(job: ExplanationJob) -> set[str]:
    """Name the fields that are explained, but not counted, as they were seen in training."""
    given = {path.stem for path in job.pictures}
    fields = [field for field in job.labels.fields if field.name in given] if job.labels else []
    if not fields:
        return set()
    seen = seen_by(job.file.training, job.file.size, fields)
    print(*seen.describe(job.options.include_training), sep="\n")
    if job.options.include_training:
        return set()
    return {field.name for field, old in zip(fields, seen.fields, strict=True) if old}


def _check_new(targets: list[Path]) -> None:
    """Raise InputError if a result is there, or if two would have one name."""
    for at, target in enumerate(targets):
        if target.exists() or target in targets[:at]:
            found = "one that is there" if target.exists() else "two pictures of one name"
            raise InputError("new results", found, target, "Give another --output DIR.")
