"""Predict the densities of labelled fields, compute how well they agree, write it down."""

import csv
import dataclasses
import io
import json
from pathlib import Path

import numpy as np

from common.agreement import Figure, agreement, counting_deviations, counting_floor
from common.evaluated import Evaluated
from common.evaluation_graphs import draw_bland_altman, draw_errors, draw_predicted, draw_worst
from common.files import whole_file
from common.predictor import Predictor


def evaluate(job: Evaluated, flips: bool) -> None:
    """Evaluate a model and leave predictions.csv, evaluation.json and four graphs."""
    predicted = Predictor(job.model).all_densities(job.pictures, flips)
    true = np.array([field.density for field in job.fields])
    totals = np.array([field.total for field in job.fields])
    figures = agreement(true, predicted, job.patients)
    floor = counting_floor(true, totals)
    _print(job, figures, floor)
    suffix = job.suffix + ("-flips" if flips else "")
    _write_text(job, f"predictions{suffix}", ".csv", _table(job, true, predicted))
    summary = _summary(job, flips, figures, floor)
    _write_text(job, f"evaluation{suffix}", ".json", json.dumps(summary, indent=2) + "\n")
    _draw(job, suffix, true, predicted)
    print(f"results: {job.places.evaluation(f'evaluation{suffix}', '.json').parent}")


def _print(job: Evaluated, figures: dict[str, Figure], floor: tuple[float, float]) -> None:
    synthetic = " (SYNTHETIC data)" if job.data_set.synthetic else ""
    patients = len(set(job.patients))
    print(f"{job.model.path.name} on {len(job.fields)} fields of {patients} patients{synthetic}")
    tell_figures(figures, floor)


def tell_figures(figures: dict[str, Figure], floor: tuple[float, float]) -> None:
    """Print figures with their intervals, and the floor that counting sets."""
    for name, figure in figures.items():
        print(f"  {name:<14}{_text(figure)}")
    print(f"  floor of counting noise: mae {floor[0]:.4f}, rmse {floor[1]:.4f}")


def _text(figure: Figure) -> str:
    if figure.value is None:
        return f"-  ({figure.reason})"
    if figure.low is None:
        return f"{figure.value:.4f}  ({figure.reason})"
    return f"{figure.value:.4f}  ({figure.low:.4f} to {figure.high:.4f})"


def _table(job: Evaluated, true: np.ndarray, predicted: np.ndarray) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("field of view", "patient", "tumour", "total", "density", "predicted"))
    rows = zip(job.fields, job.patients, true, predicted, strict=True)
    for field, patient, density, answer in rows:
        numbers = (field.tumour, field.total, f"{density:.6f}", f"{answer:.6f}")
        writer.writerow((field.name, patient, *numbers))
    return buffer.getvalue()


def _summary(
    job: Evaluated, flips: bool, figures: dict[str, Figure], floor: tuple[float, float]
) -> dict[str, object]:
    return {
        "model": job.model.path.name,
        "epoch": job.epoch,
        "data set": str(job.data_set.root),
        "synthetic": job.data_set.synthetic,
        "flips averaged": flips,
        **summary_of(job.patients, figures, floor),
    }


def summary_of(
    patients: list[str], figures: dict[str, Figure], floor: tuple[float, float]
) -> dict[str, object]:
    """Return what evaluation.json tells of any evaluation. patients: of each field."""
    return {
        "fields": len(patients),
        "patients": len(set(patients)),
        "interval": "95 %, bootstrap over patients",
        "figures": {name: dataclasses.asdict(figure) for name, figure in figures.items()},
        "floor of counting noise": dict(zip(("mae", "rmse"), floor, strict=True)),
    }


def _draw(job: Evaluated, suffix: str, true: np.ndarray, predicted: np.ndarray) -> None:
    title = job.places.network + (" (SYNTHETIC data)" if job.data_set.synthetic else "")
    totals = np.array([field.total for field in job.fields])
    noise = counting_deviations(true, totals)

    def path(kind: str) -> Path:
        return job.places.evaluation(f"{kind}{suffix}", ".png")

    draw_predicted(path("predicted"), true, predicted, title)
    draw_bland_altman(path("bland_altman"), true, predicted, title)
    draw_errors(path("error_by_nuclei"), totals, np.abs(predicted - true), noise, title)
    draw_worst(path("worst_fields"), job.fields, true, predicted, title)


def _write_text(job: Evaluated, kind: str, suffix: str, text: str) -> None:
    with whole_file(job.places.evaluation(kind, suffix)) as beside:
        beside.write_text(text, encoding="utf-8", newline="")
