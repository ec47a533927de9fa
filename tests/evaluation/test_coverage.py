"""Coverage of intervals on the fields that they are from, and on those of another hospital."""

import numpy as np
import pytest
from common.data.fields import FieldOfView, densities_of_fields
from common.evaluation.coverage import coverage_elsewhere, coverage_left_out
from common.metrics.conformal import LEVEL, LEVELS
from common.runs.run_fields import Answers
from helpers.fields import field_of

NUCLEI = 100
TRAINED = {"TCGA-A1-A000"}


def hospital(
    random: np.random.Generator, code: str, patients: int, error: float
) -> tuple[list[FieldOfView], np.ndarray]:
    """Make fields of patients, 1 to 5 each, and answers that are off by the patient's error."""
    fields, answers = [], []
    for patient in range(patients):
        off = random.gamma(2, error / 2)
        for at in range(random.integers(1, 6)):
            tumour = int(random.integers(30, 70))
            place = f"left-{at * 300}_top-0_bottom-300_right-{at * 300 + 300}"
            name = f"TCGA-{code}-A{patient:03d}-DX1_id-{at:04x}_{place}"
            fields.append(field_of(name, tumour, NUCLEI))
            answers.append(np.clip(tumour / NUCLEI + random.normal(0, off), 0, 1))
    return fields, np.array(answers)


def test_fields_that_calibrate_are_measured_without_their_patient() -> None:
    fields, predicted = hospital(np.random.default_rng(0), "A1", 60, 0.1)
    found = coverage_left_out(fields, predicted, TRAINED, chose=True)
    errors = {}  # by patient; the one who trains too is left out
    for field, error in zip(fields, np.abs(predicted - densities_of_fields(fields)), strict=True):
        if field.patient not in TRAINED:
            errors.setdefault(field.patient, []).append(error)
    shares = []
    for patient, own in errors.items():
        others = [(x, 1 / len(all_of)) for name, all_of in errors.items() if name != patient
                  for x in all_of]  # fmt: skip
        weight, width = 0.0, 1.0
        for error, part in sorted(others):
            weight += part / len(errors)  # of the others, and the one left out
            if weight >= LEVEL - 1e-9:
                width = error
                break
        shares.append(np.mean([error <= width for error in own]))
    assert found.told.value == pytest.approx(np.mean(shares))
    assert (found.calibration.patients, found.calibration.grouped) == (59, True)
    assert "the epoch was chosen on these: it may be too narrow" in found.calibration.describe()
    assert found.entries()["coverage by promise"]["0.9"]["value"] == found.told.value


def test_the_loss_in_another_hospital_shows() -> None:
    random = np.random.default_rng(1)
    own, answered = hospital(random, "A1", 60, 0.1)
    answers = Answers(
        [field.name for field in own], [field.patient for field in own],
        densities_of_fields(own), {"network": answered},
    )  # fmt: skip
    alike = coverage_elsewhere(*hospital(random, "B2", 300, 0.1), answers, TRAINED, False)
    harder = coverage_elsewhere(*hospital(random, "C3", 300, 0.25), answers, TRAINED, False)
    assert alike.calibration == harder.calibration
    assert list(alike.measured) == list(LEVELS)
    assert abs(alike.told.value - LEVEL) < 0.06
    assert harder.told.high < LEVEL
    # The run's own patients are no others.
    again = coverage_elsewhere(own, answered, answers, TRAINED, False)
    assert (again.told.value, again.told.reason) == (None, "no fields of new patients")
