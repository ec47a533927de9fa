"""The intervals of single answers in a cross-validation: how wide they are, how often they hold."""

import numpy as np

from common.cross_validation.pooled import Pooled
from common.metrics.agreement import Estimate
from common.metrics.conformal import LEVEL, coverage, half_widths, held_without_own


def interval_estimates(answers: np.ndarray, of: Pooled) -> dict[str, Estimate]:
    """Measure the intervals of runs, over all folds.

    A run's interval is from its own validation fields, so that each patient's fields are measured
    by the interval from the other patients of the fold.

    Args:
        answers: float64, (runs, fields), 0 to 1; a row a seed.
        of: The fields.

    Returns:
        The mean half-width over runs and folds, and the share of fields that are held.
    """
    held, widths = np.zeros(answers.shape), []
    for fold in np.unique(of.folds):
        own = np.flatnonzero(of.folds == fold)
        patients = [of.patients[at] for at in own]
        for run, errors in enumerate(np.abs(answers - of.true)[:, own]):
            held[run, own] = held_without_own(errors, patients, [LEVEL])[0]
            widths += half_widths(errors, patients, [LEVEL]).tolist()
    return {
        f"half-width of {LEVEL:.0%} intervals": Estimate(float(np.mean(widths))),
        "their coverage": coverage(held.mean(axis=0), of.patients),
    }
