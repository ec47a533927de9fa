"""Paired differences against a t test, and in simulated studies whose truth is known."""

import numpy as np
import pytest
from common.metrics.paired import holm, paired_difference
from scipy import stats
from statsmodels.stats.multitest import multipletests

STUDIES = 1000


def study(random: np.random.Generator, patients: int) -> tuple[np.ndarray, list[str]]:
    """Draw differences of errors: patients of unlike size and level, fields with heavy tails."""
    sizes = random.geometric(1 / 8, patients)
    members = np.repeat(np.arange(patients), sizes)
    noise = random.normal(0, 0.15, len(members)) * random.choice([1, 1, 3], len(members))
    return random.normal(0, 0.05, patients)[members] + noise, [f"P{at}" for at in members]


@pytest.mark.parametrize("patients", [5, 12, 60, 124])
def test_intervals_hold_the_truth_as_often_as_they_promise(patients: int) -> None:
    random = np.random.default_rng(patients)
    held = significant = 0
    for _ in range(STUDIES):
        differences, names = study(random, patients)
        found = paired_difference(differences, np.zeros(len(differences)), names)
        held += found.low <= 0 <= found.high
        significant += found.p < 0.05
    assert 0.93 <= held / STUDIES <= 0.97
    assert held + significant == STUDIES


@pytest.mark.parametrize("patients", [2, 5, 40])
def test_equals_the_t_test_of_patients_of_one_size(patients: int) -> None:
    random = np.random.default_rng(patients)
    first, second = random.random((2, patients * 3))
    found = paired_difference(first, second, [f"P{at // 3}" for at in range(patients * 3)])
    expected = stats.ttest_1samp((first - second).reshape(patients, 3).mean(axis=1), 0)
    assert found.value == pytest.approx((first - second).mean())
    assert (found.low, found.high) == pytest.approx(tuple(expected.confidence_interval()))
    assert found.p == pytest.approx(expected.pvalue)


def test_one_patient_gives_no_interval_and_no_difference_no_doubt() -> None:
    errors = np.array([0.1, 0.2, 0.3])
    alone = paired_difference(errors, errors - 0.1, ["A"] * 3)
    assert (alone.value, alone.low, alone.p) == (pytest.approx(0.1), None, None)
    same = paired_difference(errors, errors, ["A", "A", "B"])
    assert (same.value, same.low, same.high, same.p) == (0, 0, 0, 1)


def test_correction_for_many_comparisons() -> None:
    p_values = np.random.default_rng(0).random(20) ** 4
    np.testing.assert_allclose(holm(p_values), multipletests(p_values, method="holm")[1])
