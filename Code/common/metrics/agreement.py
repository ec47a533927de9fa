"""How well predicted densities agree with the true ones: metrics with intervals over patients.

A metric that the numbers cannot give is None with a reason, never a number that means nothing.
A new metric is a new row of AGREEMENT.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from common.metrics.bootstrap import resample_groups

Values = np.ndarray
_FLAT = 1e-12  # a spread below this is rounding


@dataclass(frozen=True)
class Estimate:
    """A metric with its 95 % interval.

    Attributes:
        value: None where the numbers do not give the metric.
        low, high: Ends of the interval; None where there is none.
        reason: Why one of them is None, else "".
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""

    def text(self) -> str | None:
        """Write it for a table; None without a value."""
        if self.value is None or self.low is None:
            return None if self.value is None else f"{self.value:.3f}"
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


class UndefinedError(Exception):
    """The numbers do not give this metric; the message says why."""


def icc(true: Values, predicted: Values) -> float:
    """Intraclass correlation ICC(2,1): absolute agreement of two raters, each field once.

    Shrout and Fleiss 1979, doi 10.1037/0033-2909.86.2.420.

    Raises:
        UndefinedError: The numbers do not give it.
    """
    _at_least(3, true)
    scores = np.column_stack([true, predicted])
    fields, raters = scores.shape
    grand = scores.mean()
    rows = raters * ((scores.mean(1) - grand) ** 2).sum() / (fields - 1)
    columns = fields * ((scores.mean(0) - grand) ** 2).sum() / (raters - 1)
    rest = scores - scores.mean(1, keepdims=True) - scores.mean(0) + grand
    error = (rest**2).sum() / ((fields - 1) * (raters - 1))
    below = rows + (raters - 1) * error + raters * (columns - error) / fields
    if np.ptp(scores) < _FLAT or abs(below) < _FLAT**2:  # mean squares are spreads squared
        raise UndefinedError("all values are equal")
    return float((rows - error) / below)


def pearson_r(true: Values, predicted: Values) -> float:
    """Pearson's correlation.

    Raises:
        UndefinedError: The numbers do not give it.
    """
    _at_least(3, true)
    _both_vary(true, predicted)
    from scipy import stats  # half a second, only where it is used

    return float(stats.pearsonr(true, predicted).statistic)


def r2(true: Values, predicted: Values) -> float:
    """Coefficient of determination, 1 at best, without lower end.

    Raises:
        UndefinedError: The numbers do not give it.
    """
    _at_least(3, true)
    _varies(true, "true")
    from sklearn.metrics import r2_score  # a second, only where it is used

    return float(r2_score(true, predicted))


def kendall_tau_b(true: Values, predicted: Values) -> float:
    """Kendall's rank correlation, corrected for ties (tau-b).

    Raises:
        UndefinedError: The numbers do not give it.
    """
    _at_least(3, true)
    _both_vary(true, predicted)
    from scipy import stats

    return float(stats.kendalltau(true, predicted).statistic)


def prediction_probability(true: Values, predicted: Values) -> float:
    """PK: how often the higher of two different densities is given the higher answer.

    Smith, Dutton, Smith 1996, doi 10.1097/00000542-199601000-00005: (concordant + half of those
    tied in the answer) / all pairs that differ in truth. 0.5 is chance. Computed from tau-b, which
    scipy has in n log n: concordant - discordant = tau-b * sqrt(untied true * untied predicted).

    Raises:
        UndefinedError: The numbers do not give it.
    """
    _at_least(3, true)
    _varies(true, "true")
    if np.ptp(predicted) == 0:
        return 0.5  # all pairs are tied in the answer, and tau-b would be 0 / 0
    from scipy import stats

    tau = stats.kendalltau(true, predicted).statistic
    return float((1 + tau * np.sqrt(_untied(predicted) / _untied(true))) / 2)


def _untied(values: Values) -> int:
    """Count the pairs of different values."""
    counts = np.unique(values, return_counts=True)[1]
    return int((values.size**2 - (counts**2).sum()) // 2)


AGREEMENT: dict[str, Callable[[Values, Values], float]] = {
    "mae": lambda true, predicted: float(np.abs(predicted - true).mean()),
    "rmse": lambda true, predicted: float(np.sqrt(((predicted - true) ** 2).mean())),
    "r2": r2,
    "pearson_r": pearson_r,
    "icc": icc,
    "kendall_tau_b": kendall_tau_b,
    "pk": prediction_probability,
}


def agreement(
    true: Values, predicted: Values, patients: Sequence[str], resamples: int = 1000
) -> dict[str, Estimate]:
    """Compute AGREEMENT with 95 % intervals, the percentiles of a bootstrap over patients.

    Args:
        true: Densities, float64, (fields,), 0 to 1.
        predicted: Answers, float64, (fields,), 0 to 1; or those of several runs, (runs, fields), of
            whose metrics the mean is taken.
        patients: Of each field. Patients are drawn, not fields, as fields of one patient are
            alike (Efron, Tibshirani 1993, chapter 13).
        resamples: How many times they are drawn.
    """
    drawn = list(resample_groups(patients, resamples))
    return {name: _estimate(of, true, predicted, drawn) for name, of in AGREEMENT.items()}


def _estimate(
    of: Callable[[Values, Values], float],
    true: Values,
    predicted: Values,
    drawn: list[tuple[np.ndarray, int]],
) -> Estimate:
    value, reason = _or_reason(of, true, predicted)
    if value is None:
        return Estimate(None, reason=reason)
    if not drawn:
        return Estimate(value, reason="no interval: fewer than two patients")
    redrawn = [_or_reason(of, true[at], predicted[..., at])[0] for at, _ in drawn]
    times = [count for _, count in drawn]
    undefined = sum(times[at] for at, one in enumerate(redrawn) if one is None)
    if undefined:  # the draws that are left would give a biased interval
        reason = f"no interval: undefined in {undefined} of {sum(times)} draws"
        return Estimate(value, reason=reason)
    return Estimate(value, *np.percentile(np.repeat(redrawn, times), (2.5, 97.5)).tolist())


def _or_reason(
    of: Callable[[Values, Values], float], true: Values, predicted: Values
) -> tuple[float | None, str]:
    try:
        return float(np.mean([of(true, run) for run in np.atleast_2d(predicted)])), ""
    except UndefinedError as error:
        return None, str(error)


def _at_least(least: int, values: Values) -> None:
    if len(values) < least:
        raise UndefinedError(f"{len(values)} fields, at least {least} are needed")


def _varies(values: Values, which: str) -> None:
    if np.ptp(values) < _FLAT:
        raise UndefinedError(f"all {which} densities are equal")


def _both_vary(true: Values, predicted: Values) -> None:
    _varies(true, "true")
    _varies(predicted, "predicted")
