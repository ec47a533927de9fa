"""What is evaluated: a run's best model, and the labelled fields of view that it answers for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from common.config.recipe import digest_labels
from common.data.counting_options import CountingOptions
from common.data.extraction import regions_of
from common.data.fields import FieldOfView, origins_of
from common.data.loading import load_for
from common.evaluation.kept import FLIPS, suffix_of
from common.evaluation.report import check_replaceable, check_same_run
from common.files.disk import check_writable
from common.files.identity import check_same, digest_texts
from common.images.cache import digest_of, load_pictures
from common.images.picture_file import PictureFile
from common.images.stains import normalised
from common.inference.model_file import ModelFile, read_model_file
from common.nucls.dataset import DataSet, find_data_set
from common.runs.epochs import EPOCH, best_epoch
from common.runs.log import Log, read_begun_log
from common.runs.paths import RunPaths, paths_of
from common.runs.run_fields import Answers, Side, SplitField
from common.splits.training_fields import seen_by
from common.utils.errors import InputError, name_some


@dataclass(frozen=True)
class EvaluationJob:
    """A model, and the fields that it is evaluated on.

    Attributes:
        paths: Of the run.
        results: That receive the evaluation: those of the run, or the same below --output.
        model: Its best model.
        epoch: That the model is of.
        data_set: Of the fields.
        fields: Labelled fields of view.
        pictures: uint8 RGB, (fields, size, size, 3), at the model's size.
        content: A digest of the data set's labels and pictures.
        suffix: "" for the run's own validation fields, else the name of the other data set, for
            the results' names, and whether fields seen in training are among them.
        notes: What is to be said of the fields.
        answers: For the run's validation fields, as its log has them; None in older logs.
        chose_epoch: Whether the epoch was chosen on the validation fields.
    """

    paths: RunPaths
    results: RunPaths
    model: ModelFile
    epoch: int
    data_set: DataSet
    fields: list[FieldOfView]
    pictures: np.ndarray
    content: str
    suffix: str
    notes: list[str]
    answers: Answers | None
    chose_epoch: bool


def load_evaluation(
    log_path: Path, other: Path | None, include_training: bool = False, output: Path | None = None
) -> EvaluationJob:
    """Find a run's best model and its validation fields, or all fields of another data set.

    Args:
        log_path: The run's log.
        other: Another labelled data set; None for the run's validation fields.
        include_training: Whether fields of it are evaluated that were seen in training.
        output: The folder that receives Graphs/; None for the run's.

    Raises:
        InputError: A part is missing, or the results cannot be written.
    """
    paths = paths_of(log_path)
    results = replace(paths, output=output.absolute()) if output else paths
    log = read_begun_log(log_path)
    check_writable(results.graphs)
    epoch, file = _best_model(paths, log)
    data_set = find_data_set(other or Path(log.record.shown.data_set))
    fields = _all_fields(data_set, log) if other else _validation_fields(data_set, log)
    notes = _describe_run(paths, log) + ([] if other else _describe_fields(data_set, log))
    seen = seen_by(file.training, file.size, fields) if other else None
    content = _content(fields, file.size)
    with_seen = include_training and seen is not None and any(seen.fields)
    suffix = suffix_of(data_set.root.name, with_seen) if seen else ""
    for how in ("", FLIPS):
        summary = results.evaluation(f"evaluation{suffix}{how}", ".json")
        if seen:
            check_replaceable(summary, data_set.root, content)
        if output:
            check_same_run(summary, paths.log)
    if seen and not include_training:
        seen.check_any_left()
        fields = [field for field, old in zip(fields, seen.fields, strict=True) if not old]
    notes += seen.describe(include_training) if seen else []
    job = (paths, results, file, epoch, data_set, fields, _pictures(fields, file), content, suffix)
    chose = all(field.side is not Side.CHOICE for field in log.fields)
    return EvaluationJob(*job, notes, log.answers, chose)


def _describe_run(paths: RunPaths, log: Log) -> list[str]:
    """Say what a reader of the figures must know of the run: that it is a copy, or unfinished."""
    recipe = log.record.recipe
    told = paths.describe_copy(recipe.setting.folder)
    if log.record.end is None:
        told.append(f"the run has not finished: {len(log.epochs)} of {recipe.epochs} epochs")
    return [f"note: {one}" for one in told]


def _describe_fields(data_set: DataSet, log: Log) -> list[str]:
    """Say what a reader must know of the run's own validation fields."""
    return log.record.shown.audit.warnings() + _compare_pictures(data_set, log)


def _pictures(fields: Sequence[FieldOfView], file: ModelFile) -> np.ndarray:
    """Read pictures as the run did: at its size, and with its stain target where it has one."""
    pictures = load_pictures([field.picture for field in fields], file.size)
    return normalised(pictures, file.stain)[0] if file.stain else pictures


def _best_model(paths: RunPaths, log: Log) -> tuple[int, ModelFile]:
    """Return the best epoch and its model. Raises InputError if it is missing or another run's."""
    best = best_epoch(log.epochs)
    model = paths.model(best.number, best.val_loss)
    if not model.is_file():
        raise InputError("the model of the best epoch", "no such file", model, "Put it back.")
    file = read_model_file(model)
    remedy = "Put the run's own model back."
    made = log.record.recipe.entries_of_an_epoch() | {EPOCH: best.number}
    check_same(made, file.entries, model, remedy)
    return best.number, file


def _content(fields: Sequence[FieldOfView], size: int) -> str:
    pictures = digest_of([field.picture for field in fields], size)
    return digest_texts([digest_labels(fields), pictures])


def _all_fields(data_set: DataSet, log: Log) -> list[FieldOfView]:
    """Take another data set's fields, counted as the run's were unless its test.json differs."""
    counting = log.record.recipe.data.counting
    return load_for(data_set, CountingOptions(), counting).fields


def _validation_fields(data_set: DataSet, log: Log) -> list[FieldOfView]:
    """Take the fields from the log, with the counts that the run trained with."""
    fields = [field for field in log.fields if field.side is Side.VALIDATION]
    missing = _missing(data_set, fields)
    if missing:
        expected, found = "the run's validation pictures", f"none for {name_some(missing, 2)}"
        raise InputError(expected, found, data_set.root)
    files = _files(data_set, log, fields)
    origins = origins_of(data_set, data_set.pictures)
    return [
        FieldOfView(one.name, file, one.counts, origins[one.name])
        for one, file in zip(fields, files, strict=True)
    ]


def _compare_pictures(data_set: DataSet, log: Log) -> list[str]:
    """Compare the pictures, those of training as well, with those that the run was shown.

    Returns:
        What is to be said if they cannot be compared.

    Raises:
        InputError: They differ.
    """
    missing = _missing(data_set, log.fields)
    if missing:
        gone = f"{len(missing)} training pictures are gone"
        return [f"note: {gone}: whether the others are as in training is not known"]
    recipe = log.record.recipe
    found = digest_of(_files(data_set, log, log.fields), recipe.pictures.image_size)
    if recipe.picture_digest not in (None, found):
        expected = f"the pictures that the run was shown (digest {recipe.picture_digest})"
        remedy = "Put them back, or evaluate on these with --dataset."
        raise InputError(expected, f"others ({found})", data_set.root, remedy)
    return []


def _missing(data_set: DataSet, fields: Sequence[SplitField]) -> list[str]:
    return [field.name for field in fields if field.name not in data_set.pictures]


def _files(data_set: DataSet, log: Log, fields: Sequence[SplitField]) -> list[PictureFile]:
    regions = regions_of(data_set, log.record.recipe.data.counting)
    pictures = data_set.pictures
    return [PictureFile(pictures[one.name], regions.get(one.name)) for one in fields]
