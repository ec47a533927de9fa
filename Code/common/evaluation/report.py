"""What an evaluation tells of any predictions: on the terminal, and in evaluation.json."""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common.data.fields import FieldOfView, count_patients, densities_of_fields
from common.evaluation.coverage import Coverage
from common.evaluation.kept import FLOOR, INTERVALS, METRICS, PEOPLE
from common.evaluation.people import People
from common.files.atomic import whole_file
from common.files.json_text import parse_object
from common.metrics.agreement import Estimate, agreement
from common.metrics.counting_noise import counting_floor
from common.utils.errors import InputError

CONTENT, LOG = "labels and pictures", "log"  # names in evaluation.json


@dataclass(frozen=True)
class Evaluation:
    """How well predicted densities agree with true ones.

    Attributes:
        fields: The labelled fields of view.
        estimates: AGREEMENT with intervals, by name.
        floor: MAE and RMSE that counting alone brings.
        people: How well raters agree, where that is known.
        coverage: How often intervals hold the true densities, where there are any.
    """

    fields: Sequence[FieldOfView]
    estimates: dict[str, Estimate]
    floor: dict[str, float]
    people: People | None = None
    coverage: Coverage | None = None

    def describe(self) -> list[str]:
        """Say it, a metric a line."""
        lines = [f"  {name:<14}{_text(one)}" for name, one in self.estimates.items()]
        floor = ", ".join(f"{name} {value:.4f}" for name, value in self.floor.items())
        people = self.people.describe() if self.people else []
        return [*lines, f"  floor of counting noise: {floor}", *self._coverage(), *people]

    def _coverage(self) -> list[str]:
        if self.coverage is None:
            return []
        held = f"of {self.coverage.calibration.level:g} promised, {self.coverage.how}"
        told = f"  {'coverage':<14}{_text(self.coverage.told)}  {held}"
        return [f"  interval: {self.coverage.calibration.describe()}", told]

    def write(self, path: Path, about: dict[str, object]) -> None:
        """Write it as JSON, after what else is known of it."""
        patients = count_patients(self.fields)
        drawn = "patients" if patients else "fields, some of whose patients are unknown"
        whole = about | {
            "fields": len(self.fields),
            "patients": patients,
            "interval": f"95 %, bootstrap over {drawn}",
            METRICS: {name: dataclasses.asdict(one) for name, one in self.estimates.items()},
            FLOOR: self.floor,
        }
        if self.coverage:
            whole[INTERVALS] = self.coverage.entries()
        if self.people:
            whole[PEOPLE] = self.people.entries()
        with whole_file(path) as beside:
            beside.write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8", newline="")


def evaluate_predictions(
    fields: Sequence[FieldOfView],
    predicted: np.ndarray,
    people: People | None = None,
    coverage: Coverage | None = None,
) -> Evaluation:
    """Compare predictions with labels.

    Args:
        fields: Labelled fields of view.
        predicted: Their densities, as a model answers, float64, (fields,), 0 to 1.
        people: How well raters agree, to be told beside.
        coverage: How often intervals hold the true densities, to be told beside.
    """
    true = densities_of_fields(fields)
    totals = np.array([field.counts.total for field in fields])
    estimates = agreement(true, predicted, [field.patient for field in fields])
    return Evaluation(fields, estimates, counting_floor(true, totals), people, coverage)


def check_replaceable(path: Path, data_set: Path, content: str) -> None:
    """Raise InputError if another data set of the same name was evaluated under this name.

    Args:
        path: An evaluation.json, which may be missing.
        data_set: What is evaluated now.
        content: A digest of its labels and pictures.
    """
    if not path.exists():
        return
    try:
        there = parse_object(path.read_bytes())
        other = there["data set"]
        same = content == there.get(CONTENT) or str(data_set) == other
    except (ValueError, KeyError, TypeError, AttributeError):
        return  # no evaluation of ours, or a damaged one: it is replaced
    if not same:
        remedy = "Rename the data set's folder, or move the files of that evaluation away."
        raise InputError("no evaluation of another data set", f"that of {other}", path, remedy)


def check_same_run(path: Path, log: Path) -> None:
    """Raise InputError if an evaluation.json is there, unless it is of the run of a log."""
    if not path.exists():
        return
    try:
        other = parse_object(path.read_bytes()).get(LOG)
    except ValueError:
        other = None
    if other != str(log):
        found = f"that of {other}" if other else "one that does not tell its run"
        do = "Give another --output DIR."
        raise InputError("no evaluation of another run", found, path, do)


def _text(one: Estimate) -> str:
    if one.value is None:
        return f"-  ({one.reason})"
    if one.low is None:
        return f"{one.value:.4f}  ({one.reason})"
    return f"{one.value:.4f}  ({one.low:.4f} to {one.high:.4f})"
