"""How well the predictions of labelled pictures, in a predictions.csv, agree with their labels."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from common.data.fields import FieldOfView, tell_patients
from common.evaluation.coverage import Coverage, coverage_on_others
from common.evaluation.report import evaluate_predictions
from common.inference.plan import EVALUATION, PredictionJob
from common.splits.training_fields import patients_of, seen_by


def evaluate_predicted(job: PredictionJob) -> list[str]:
    """Evaluate predictions.csv where it has true densities; writes evaluation.json beside it.

    Returns:
        What was found, a metric a line; or that no labelled picture could be read.

    Raises:
        InputError: All have been seen in training.
    """
    with job.table.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["true density"] and row["density"]]
    if not rows:
        return ["no labelled picture could be read: there is nothing to evaluate"]
    answers = {Path(row["file"]).stem: float(row["density"]) for row in rows}
    fields = [job.labels[name] for name in answers]
    seen = seen_by(job.file.training, job.file.size, fields)
    if not job.options.include_training:
        seen.check_any_left()
        fields = [field for field, old in zip(fields, seen.fields, strict=True) if not old]
    predicted = np.array([answers[field.name] for field in fields])
    with_interval = {Path(row["file"]).stem for row in rows if row.get("low")}  # older: none
    coverage = _coverage(job, [field for field in fields if field.name in with_interval], answers)
    evaluation = evaluate_predictions(fields, predicted, coverage=coverage)
    notes = seen.describe(job.options.include_training)
    evaluation.write(job.table.with_name(EVALUATION), {"notes": notes})
    return [
        *notes,
        f"{len(fields)} labelled pictures {tell_patients(fields)}",
        *evaluation.describe(),
    ]


def _coverage(
    job: PredictionJob, fields: Sequence[FieldOfView], answers: Mapping[str, float]
) -> Coverage | None:
    """Measure the coverage of the model's interval on the fields that were given one."""
    calibration = job.file.calibration
    if calibration is None or not fields:
        return None
    predicted = np.array([answers[field.name] for field in fields])
    trained = patients_of(job.file.training)
    widths = {calibration.level: calibration.half_width}
    return coverage_on_others(fields, predicted, trained, calibration, widths)
