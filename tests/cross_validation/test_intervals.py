"""Intervals of a cross-validation: each patient by the others of its fold, run by run."""

import numpy as np
import pytest
from common.cross_validation.intervals import interval_estimates
from common.cross_validation.pooled import Pooled, Trained
from common.metrics.conformal import LEVEL, half_widths

FOLDS, PATIENTS, FIELDS, SEEDS = 2, 15, 3, 2


@pytest.fixture
def pooled() -> Pooled:
    random = np.random.default_rng(0)
    count = FOLDS * PATIENTS * FIELDS
    true = random.uniform(0.3, 0.7, count)
    folds = np.repeat(np.arange(1, FOLDS + 1), PATIENTS * FIELDS)
    # The second fold's networks err twice as far: its intervals are its own.
    answers = true + random.normal(0, 0.05, (SEEDS, count)) * folds
    names = [f"field{at}" for at in range(count)]
    patients = [f"P{at // FIELDS}" for at in range(count)]
    return Pooled(
        "patient", Trained("Res50", "LR_0_0001"), [0, 1], folds, names, patients, true, answers, {}
    )


def test_coverage_is_that_of_each_run_in_its_own_fold(pooled: Pooled) -> None:
    shares, widths = [], []
    patients = np.array(pooled.patients)
    for patient in dict.fromkeys(pooled.patients):
        own = patients == patient
        others = (pooled.folds == pooled.folds[own][0]) & ~own
        held = []
        for answers in pooled.answers:
            errors = np.abs(answers - pooled.true)
            (width,) = half_widths(errors[others], patients[others], [LEVEL])
            held.append(errors[own] <= width)
        shares.append(np.mean(held))
    for fold in range(1, FOLDS + 1):
        of_fold = pooled.folds == fold
        for answers in pooled.answers:
            errors = np.abs(answers - pooled.true)[of_fold]
            widths += half_widths(errors, patients[of_fold], [LEVEL]).tolist()
    found = interval_estimates(pooled.answers, pooled)
    assert found["half-width of 90% intervals"].value == pytest.approx(np.mean(widths))
    assert found["their coverage"].value == pytest.approx(np.mean(shares))
    assert found["their coverage"].low < np.mean(shares) < found["their coverage"].high
