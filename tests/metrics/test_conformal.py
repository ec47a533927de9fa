"""Conformal intervals in simulated studies whose truth is known, and against plain arithmetic."""

import numpy as np
import pytest
from common.metrics.conformal import (
    LEVEL,
    LEVELS,
    Calibration,
    calibrate,
    coverage,
    half_widths,
    held_without_own,
    patients_needed,
    read_calibration,
)
from common.utils.entries import readable, to_entries

STUDIES = 200


def study(
    random: np.random.Generator, patients: int, kind: str, scale: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Draw absolute errors of patients of unlike size.

    Args:
        random: The generator.
        patients: How many.
        kind: In what fields of a patient are alike: "difficulty", "bias", or "nothing".
        scale: Of all errors.
    """
    members = np.repeat(np.arange(patients), random.geometric(1 / 8, patients))
    level, bias = {
        "nothing": (np.full(patients, 0.12), np.zeros(patients)),
        "difficulty": (random.gamma(2, 0.06, patients), np.zeros(patients)),
        "bias": (np.full(patients, 0.04), random.normal(0, 0.12, patients)),
    }[kind]
    errors = scale * np.abs(random.normal(bias[members], level[members]))
    return np.clip(errors, 0, 1), members


def measured(calibrating: int, kind: str, scale: float = 1.0) -> tuple[float, float]:
    """Return the mean coverage of new patients, and as leaving patients out measures it."""
    random = np.random.default_rng(calibrating)
    new, left_out = [], []
    for _ in range(STUDIES):
        errors, patients = study(random, calibrating, kind)
        (width,) = half_widths(errors, patients, [LEVEL])
        others, names = study(random, 50, kind, scale)
        new.append(coverage(others <= width, names).value)
        left_out.append(coverage(held_without_own(errors, patients, [LEVEL])[0], patients).value)
    return float(np.mean(new)), float(np.mean(left_out))


KINDS = pytest.mark.parametrize("kind", ["nothing", "difficulty", "bias"])


@KINDS
@pytest.mark.parametrize("patients", [50, 124])
def test_exchangeable_patients_are_held_as_often_as_promised(patients: int, kind: str) -> None:
    assert measured(patients, kind) == pytest.approx((LEVEL, LEVEL), abs=0.02)


@KINDS
@pytest.mark.parametrize("patients", [10, 25])
def test_few_patients_give_intervals_that_hold_more(patients: int, kind: str) -> None:
    """A new patient counts as one of K + 1, all of whose errors may be the largest there are."""
    for share in measured(patients, kind):
        assert LEVEL - 0.01 < share < LEVEL + 1 / patients + 0.01


@KINDS
def test_the_loss_on_other_patients_shows(kind: str) -> None:
    new, left_out = measured(50, kind, scale=2)
    assert new < LEVEL - 0.1
    assert left_out == pytest.approx(LEVEL, abs=0.02)


def test_intervals_of_the_coverage_hold_the_promise() -> None:
    """On new patients of whom each study has 20; the truth is that of a study of very many."""
    random = np.random.default_rng(1)
    many, names = study(random, 200_000, "bias")
    (width,) = half_widths(*study(random, 60, "bias"), [LEVEL])
    truth = coverage(many <= width, names).value
    found = []
    for _ in range(STUDIES):
        errors, patients = study(random, 20, "bias")
        found.append(coverage(errors <= width, patients))
    assert np.mean([one.low <= truth <= one.high for one in found]) >= 0.93


def test_the_quantile_is_that_of_repeated_patients() -> None:
    """Patients of 1, 2 and 4 fields: repeating fields until all have 4 changes no weight."""
    random = np.random.default_rng(0)
    sizes = random.choice([1, 2, 4], 40)
    patients = np.repeat(np.arange(40), sizes)
    errors = random.random(len(patients))
    repeated = np.sort(np.repeat(errors, 4 // sizes[patients]))
    for level, width in zip(LEVELS, half_widths(errors, patients, LEVELS), strict=True):
        rank = int(np.ceil(level * 41 * 4 - 1e-9))  # of 41 patients, the new one the largest
        assert width == (repeated[rank - 1] if rank <= len(repeated) else 1.0)


def test_fields_of_unknown_patients_are_plain_split_conformal_prediction() -> None:
    errors = np.random.default_rng(0).random(19)
    (width,) = half_widths(errors, [f"field{at}" for at in range(19)], [0.9])
    assert width == np.sort(errors)[17]  # the 18th of 20


def test_too_few_patients_are_told_and_give_the_whole_range() -> None:
    assert patients_needed(0.9) == 9
    errors = np.full(80, 0.01)
    for count in (8, 9):
        found = calibrate(errors, [f"P{at % count}" for at in range(80)], grouped=True,
                          chose_epoch=False)  # fmt: skip
        assert found.says_nothing == (count == 8)
        too_few = "0 to 1, as it is from 80 fields of 8 patients, and 9 patients are needed for 90%"
        assert (found.describe() == too_few) == (count == 8)
    assert found.ends(0.995) == (pytest.approx(0.985), 1.0)
    none = calibrate(np.zeros(0), [], grouped=True, chose_epoch=False)
    assert (none.half_width, none.patients) == (1.0, 0)


def test_a_few_patients_of_whom_all_are_held_are_no_proof() -> None:
    found = coverage(np.ones(30, bool), [f"P{at % 3}" for at in range(30)])
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(0.025 ** (1 / 3))
    assert coverage(np.zeros(0, bool), []).reason == "no fields of new patients"


def test_a_model_file_keeps_it() -> None:
    found = Calibration(0.25, LEVEL, 30, 12, grouped=True, chose_epoch=True)
    kept = {name: str(readable(value)) for name, value in to_entries(found).items()}
    assert read_calibration(kept) == found
    assert read_calibration({"network": "Res50"}) is None
    for name, value in (("interval half-width", "nan"), ("interval level", "1"),
                        ("interval fields", "many")):  # fmt: skip
        with pytest.raises(ValueError, match=r"as "):
            read_calibration(kept | {name: value})
