"""How well the predictions of labelled pictures, in a predictions.csv, agree with their labels."""

import csv
from pathlib import Path

import numpy as np

from common.data.counts import densities_of
from common.data.fields import FieldOfView
from common.evaluation.report import evaluate_predictions
from common.nucls.names import patient_of
from common.utils.errors import InputError


def evaluate_table(table: Path, labels: dict[str, FieldOfView]) -> list[str]:
    """Evaluate predictions.csv where it has true densities; writes evaluation.json beside it.

    Returns:
        What was found, a metric a line.

    Raises:
        InputError: None of its pictures is labelled.
    """
    with table.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["true density"] and row["density"]]
    if not rows:
        raise InputError("pictures named as the labelled fields of view", "none", table)
    names = [Path(row["file"]).stem for row in rows]
    patients = [patient_of(name) for name in names]
    counts = [labels[name].counts for name in names]
    evaluation = evaluate_predictions(
        densities_of(counts),
        np.array([float(row["density"]) for row in rows]),
        np.array([one.total for one in counts]),
        patients,
    )
    evaluation.write(table.with_name("evaluation.json"), {})
    return [
        f"{len(rows)} labelled pictures of {len(set(patients))} patients",
        *evaluation.describe(),
    ]
