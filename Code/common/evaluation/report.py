"""What an evaluation tells of any predictions: on the terminal, and in evaluation.json."""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from common.data.fields import FieldOfView, count_patients, densities_of_fields
from common.evaluation.coverage import Coverage
from common.evaluation.people import COMPARED, People
from common.files.atomic import whole_file
from common.files.json_text import parse_object
from common.metrics.agreement import Estimate, agreement
from common.metrics.counting_noise import counting_floor
from common.utils.errors import InputError

CONTENT = "labels and pictures"
# Names in evaluation.json.
_METRICS, _FLOOR, _PEOPLE = "figures", "floor of counting noise", "agreement of people"


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
        return [f"  {self.coverage.calibration.describe()}", told]

    def write(self, path: Path, about: dict[str, object]) -> None:
        """Write it as JSON, after what else is known of it."""
        patients = count_patients(self.fields)
        drawn = "patients" if patients else "fields, some of whose patients are unknown"
        whole = about | {
            "fields": len(self.fields),
            "patients": patients,
            "interval": f"95 %, bootstrap over {drawn}",
            _METRICS: {name: dataclasses.asdict(one) for name, one in self.estimates.items()},
            _FLOOR: self.floor,
        }
        if self.coverage:
            whole["intervals"] = self.coverage.entries()
        if self.people:
            whole[_PEOPLE] = self.people.entries()
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


@dataclass(frozen=True)
class KeptEvaluation:
    """What an evaluation.json holds.

    Attributes:
        estimates: By the metric's name.
        flips: Whether the answers for eight turns and flips were averaged.
        data_set: Whose fields were evaluated.
        fields: How many; None if it does not tell.
        patients: How many; None if nobody knows it of all fields.
        interval: What the intervals are.
        floor: MAE and RMSE that counting alone brings.
        notes: What was said of the fields.
        people: How well raters agree, by what is compared; empty where that is not known.
    """

    estimates: dict[str, Estimate]
    flips: bool
    data_set: str = ""
    fields: int | None = None
    patients: int | None = None
    interval: str = ""
    floor: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    people: dict[str, dict[str, Estimate]] = field(default_factory=dict)


def read_evaluation(path: Path, model: str) -> KeptEvaluation | None:
    """Read an evaluation.json; None if there is none, or if it is of another model.

    Args:
        path: The file.
        model: Name of the model's file.

    Raises:
        InputError: It cannot be read.
    """
    if not path.exists():
        return None
    try:
        whole = parse_object(path.read_bytes())
        found = _kept(whole)
        return found if whole["model"] == model else None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        found = "none that can be read"
        raise InputError("an evaluation", found, path, "Evaluate again.") from error


def _kept(whole: dict[str, Any]) -> KeptEvaluation:
    people = whole.get(_PEOPLE, {})
    return KeptEvaluation(
        estimates=_estimates(whole[_METRICS]),
        flips=bool(whole.get("flips averaged", False)),
        data_set=str(whole.get("data set", "")),
        fields=_count(whole.get("fields")),
        patients=_count(whole.get("patients")),
        interval=str(whole.get("interval", "")),
        floor={name: float(value) for name, value in whole.get(_FLOOR, {}).items()},
        notes=tuple(map(str, whole.get("notes", ()))),
        people={name: _estimates(people[name]) for name in COMPARED if name in people},
    )


def _count(value: int | None) -> int | None:
    return None if value is None else int(value)


def _estimates(values: dict[str, Any]) -> dict[str, Estimate]:
    return {name: _estimate(one) for name, one in values.items()}


def _estimate(values: dict[str, float | str | None]) -> Estimate:
    numbers = [values[name] for name in ("value", "low", "high")]
    value, low, high = (one if one is None else float(one) for one in numbers)
    return Estimate(value, low, high, str(values["reason"]))


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


def _text(one: Estimate) -> str:
    if one.value is None:
        return f"-  ({one.reason})"
    if one.low is None:
        return f"{one.value:.4f}  ({one.reason})"
    return f"{one.value:.4f}  ({one.low:.4f} to {one.high:.4f})"
