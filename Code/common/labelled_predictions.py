"""How well predictions of labelled pictures agree with their labels."""

import csv
import json
from pathlib import Path

import numpy as np

from common.agreement import agreement, counting_floor
from common.annotations import Counts
from common.errors import InputError
from common.evaluation import summary_of, tell_figures
from common.files import whole_file
from common.names import patient_of


def evaluate_table(table: Path, labels: dict[str, Counts]) -> None:
    """Evaluate predictions.csv where it has true densities; writes evaluation.json beside it.

    Raises InputError if none of its pictures is labelled.
    """
    with table.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["true density"] and row["density"]]
    if not rows:
        raise InputError("pictures named as the labelled fields of view", "none", table)
    names = [Path(row["file"]).stem for row in rows]
    patients = [patient_of(name) for name in names]
    counts = [labels[name] for name in names]
    true = np.array([entry["tumour"] / entry["total"] for entry in counts])
    totals = np.array([entry["total"] for entry in counts])
    figures = agreement(true, np.array([float(row["density"]) for row in rows]), patients)
    floor = counting_floor(true, totals)
    print(f"{len(rows)} labelled pictures of {len(set(patients))} patients")
    tell_figures(figures, floor)
    summary = summary_of(patients, figures, floor)
    with whole_file(table.with_name("evaluation.json")) as beside:
        beside.write_text(json.dumps(summary, indent=2) + "\n")
