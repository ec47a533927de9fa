"""How often the intervals around answers hold the true densities, beside what they promise."""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from common.data.fields import FieldOfView, count_patients, densities_of_fields
from common.evaluation.kept import COVERAGE, TOLD
from common.metrics.agreement import Estimate
from common.metrics.conformal import (
    LEVELS,
    Calibration,
    calibrate,
    coverage,
    half_widths,
    held_without_own,
)
from common.runs.run_fields import NETWORK, Answers
from common.utils.entries import to_entries

_LEFT_OUT = "each patient's fields by the interval from all others"
_NEW = "of patients who are new to the network and its interval"
_NOT_TRAINED = "of patients who are new to the network; its interval may be from some of them"


@dataclass(frozen=True)
class Coverage:
    """How often intervals hold the true densities of fields.

    Attributes:
        calibration: The interval of the level that is told.
        measured: The share that is held, by the promised one; `calibration`'s level among them.
        how: Of which fields the intervals are, for people.
    """

    calibration: Calibration
    measured: dict[float, Estimate]
    how: str

    @property
    def told(self) -> Estimate:
        """What was measured at the level that is told."""
        return self.measured[self.calibration.level]

    def entries(self) -> dict[str, object]:
        """Return what evaluation.json says of it."""
        measured = {f"{one:g}": dataclasses.asdict(found) for one, found in self.measured.items()}
        told = dict(zip(TOLD, (self.calibration.describe(), self.how), strict=True))
        return to_entries(self.calibration) | told | {COVERAGE: measured}


def coverage_left_out(
    fields: Sequence[FieldOfView], predicted: np.ndarray, trained: Collection[str], chose: bool
) -> Coverage:
    """Measure how often intervals hold the true densities of the fields that they are from.

    Args:
        fields: Labelled fields, each patient's measured by the interval of all others.
        predicted: Their answers, float64, (fields,), 0 to 1.
        trained: Patients whose fields are left out, as the network has seen them.
        chose: Whether the epoch was chosen on these fields.
    """
    errors, patients = _of_new(*_errors(fields, predicted), trained)
    grouped = count_patients(fields) is not None
    calibration = calibrate(errors, patients, grouped=grouped, chose_epoch=chose)
    held = held_without_own(errors, patients, LEVELS)
    measured = {level: coverage(one, patients) for level, one in zip(LEVELS, held, strict=True)}
    return Coverage(calibration, measured, _LEFT_OUT)


def coverage_elsewhere(
    fields: Sequence[FieldOfView],
    predicted: np.ndarray,
    answers: Answers,
    trained: Collection[str],
    chose: bool,
) -> Coverage:
    """Measure how often a run's intervals hold the true densities of another data set's fields.

    Args:
        fields: Labelled fields; those of the run's own patients are left out.
        predicted: Their answers, float64, (fields,), 0 to 1.
        answers: Of the run for its validation fields, from which its intervals are.
        trained: The patients of the run's training.
        chose: Whether the epoch was chosen on the validation fields.
    """
    all_errors = np.abs(answers.by[NETWORK] - answers.true)
    errors, patients = _of_new(all_errors, answers.patients, trained)
    grouped = not set(answers.fields) & set(answers.patients)
    calibration = calibrate(errors, patients, grouped=grouped, chose_epoch=chose)
    widths = dict(zip(LEVELS, half_widths(errors, patients, LEVELS).tolist(), strict=True))
    known = {*trained, *answers.patients}
    found = coverage_on_others(fields, predicted, known, calibration, widths)
    return replace(found, how=_NEW)


def coverage_on_others(
    fields: Sequence[FieldOfView],
    predicted: np.ndarray,
    known: Collection[str],
    calibration: Calibration,
    widths: Mapping[float, float],
) -> Coverage:
    """Measure how often intervals hold the true densities of fields of new patients.

    Args:
        fields: Labelled fields.
        predicted: Their answers, float64, (fields,), 0 to 1.
        known: Patients whose fields are left out, as the network has seen them.
        calibration: The interval that is told.
        widths: Half-widths by the promised share.
    """
    errors, patients = _of_new(*_errors(fields, predicted), known)
    measured = {level: coverage(errors <= width, patients) for level, width in widths.items()}
    return Coverage(calibration, measured, _NOT_TRAINED)


def _errors(fields: Sequence[FieldOfView], predicted: np.ndarray) -> tuple[np.ndarray, list[str]]:
    errors = np.abs(predicted - densities_of_fields(fields))
    return errors, [field.patient for field in fields]


def _of_new(
    errors: np.ndarray, patients: Sequence[str], known: Collection[str]
) -> tuple[np.ndarray, list[str]]:
    """Leave out the errors on fields of known patients."""
    new = [at for at, patient in enumerate(patients) if patient not in known]
    return errors[new], [patients[at] for at in new]
