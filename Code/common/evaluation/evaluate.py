"""Predict the densities of labelled fields, compare them with the labels, write it down."""

import csv
import io
from pathlib import Path

import numpy as np

from common.data.fields import densities_of_fields, tell_patients
from common.evaluation.coverage import Coverage, coverage_elsewhere, coverage_left_out
from common.evaluation.graphs import (
    draw_bland_altman,
    draw_coverage,
    draw_errors,
    draw_predicted,
    draw_worst,
)
from common.evaluation.kept import FLIPS
from common.evaluation.loading import EvaluationJob
from common.evaluation.people import People
from common.evaluation.report import CONTENT, LOG, evaluate_predictions
from common.files.atomic import whole_file
from common.inference.predictor import Predictor
from common.metrics.counting_noise import counting_deviations
from common.splits.training_fields import patients_of


def evaluate(job: EvaluationJob, flips: bool, people: People | None) -> None:
    """Evaluate a model and leave predictions.csv, evaluation.json and five graphs.

    Args:
        job: The model, and the fields that it answers for.
        flips: Whether the answers for eight turns and flips are averaged.
        people: How well raters agree, if that is known.
    """
    predictor = Predictor(job.model)
    predicted = predictor.all_densities(job.pictures, flips)
    coverage = _coverage(job, predicted, flips)
    evaluation = evaluate_predictions(job.fields, predicted, people, coverage)
    patients = tell_patients(job.fields)
    print(f"{job.model.path.name} on {len(job.fields)} fields {patients}{_mark(job)}")
    print(*predictor.warnings(), *job.notes, *evaluation.describe(), sep="\n")
    suffix = job.suffix + FLIPS * flips
    _write_predictions(job, suffix, predicted)
    summary = job.results.evaluation(f"evaluation{suffix}", ".json")
    evaluation.write(summary, _about(job, flips))
    _draw(job, suffix, predicted, people)
    if coverage:
        path = job.results.evaluation(f"calibration{suffix}", ".png")
        draw_coverage(path, coverage.measured, coverage.how, _title(job))
    print(f"results: {summary.parent}")


def _coverage(job: EvaluationJob, predicted: np.ndarray, flips: bool) -> Coverage | None:
    """Measure the coverage of the run's intervals; None where none is known of these answers."""
    trained = patients_of(job.model.training)
    if not job.suffix:
        return coverage_left_out(job.fields, predicted, trained, job.chose_epoch)
    if flips or job.answers is None:
        why = "are of single views" if job.answers else "need a log with answers"
        print(f"note: intervals are not evaluated, as they {why}")
        return None
    return coverage_elsewhere(job.fields, predicted, job.answers, trained, job.chose_epoch)


def _about(job: EvaluationJob, flips: bool) -> dict[str, object]:
    return {
        "model": job.model.path.name,
        "epoch": job.epoch,
        LOG: str(job.paths.log),
        "data set": str(job.data_set.root),
        CONTENT: job.content,
        "synthetic": job.data_set.synthetic,
        "flips averaged": flips,
        "notes": job.notes,
    }


def _write_predictions(job: EvaluationJob, suffix: str, predicted: np.ndarray) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("field of view", "patient", "tumour", "total", "density", "predicted"))
    for field, answer in zip(job.fields, predicted, strict=True):
        counts = field.counts
        numbers = (counts.tumour, counts.total, f"{counts.density:.6f}", f"{answer:.6f}")
        writer.writerow((field.name, field.patient, *numbers))
    with whole_file(job.results.evaluation(f"predictions{suffix}", ".csv")) as beside:
        beside.write_text(buffer.getvalue(), encoding="utf-8", newline="")


def _title(job: EvaluationJob) -> str:
    trained = f"{job.paths.network} in {job.model.entries['folder']}, epoch {job.epoch}"
    return f"{trained}\n{len(job.fields)} fields of {job.data_set.root.name}{_mark(job)}"


def _mark(job: EvaluationJob) -> str:
    return " (SYNTHETIC data)" if job.data_set.synthetic else ""


def _draw(job: EvaluationJob, suffix: str, predicted: np.ndarray, people: People | None) -> None:
    title = _title(job)
    totals = np.array([field.counts.total for field in job.fields])
    true = densities_of_fields(job.fields)
    noise = counting_deviations(true, totals)

    def path(kind: str) -> Path:
        return job.results.evaluation(f"{kind}{suffix}", ".png")

    draw_predicted(path("predicted"), true, predicted, title)
    draw_bland_altman(path("bland_altman"), true, predicted, title)
    error = np.abs(predicted - true)
    levels = {"network": error.mean()} | (people.levels if people else {})
    draw_errors(path("error_by_nuclei"), totals, error, noise, levels, title)
    draw_worst(path("worst_fields"), job.fields, true, predicted, title)
