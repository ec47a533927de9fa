"""Which of two ways of answering is better on the same fields, by how much, and how surely."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEVEL = 0.05  # of significance, over all comparisons that are made together


@dataclass(frozen=True)
class Difference:
    """The difference of two mean absolute errors on the same fields.

    Attributes:
        value: The first's minus the second's: below 0, the first is better.
        low, high: Ends of its 95 % interval; None with fewer than two patients.
        p: Of the two-sided test that there is no difference; None with fewer than two patients.
    """

    value: float
    low: float | None
    high: float | None
    p: float | None


def paired_difference(first: np.ndarray, second: np.ndarray, patients: Sequence[str]) -> Difference:
    """Compare two mean absolute errors, with fields of one patient taken as one cluster.

    The mean difference over fields is a ratio of sums over patients; its variance is linearised
    (Cochran 1977, Sampling Techniques, section 6.3), and referred to Student's t with one degree of
    freedom fewer than patients. In simulations with 12 to 124 patients this interval holds the
    truth more nearly as often as it promises than percentiles of a bootstrap over patients
    (`tests/metrics/test_paired.py`).

    Args:
        first: Absolute errors of one, float64, (fields,).
        second: Of the other.
        patients: Of each field.
    """
    differences = first - second
    mean, fields = float(differences.mean()), len(differences)
    members = np.unique(patients, return_inverse=True)[1]
    count = int(members.max()) + 1
    if count < 2:
        return Difference(mean, None, None, None)
    from scipy import stats  # half a second, only where it is used

    sums = np.bincount(members, differences - mean)
    error = float(np.sqrt((sums**2).sum() * count / (count - 1))) / fields
    reach = float(stats.t.ppf(0.975, count - 1)) * error
    p = 2 * float(stats.t.sf(abs(mean) / error, count - 1)) if error else float(mean == 0)
    return Difference(mean, mean - reach, mean + reach, p)


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct p values for their number (Holm 1979, Scandinavian Journal of Statistics 6, 65)."""
    order = np.argsort(p_values)
    factors = np.arange(len(p_values), 0, -1)
    raised = np.maximum.accumulate(np.asarray(p_values, float)[order] * factors)
    corrected = np.empty(len(p_values))
    corrected[order] = np.minimum(raised, 1)
    return corrected.tolist()
