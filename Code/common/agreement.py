"""How well predicted densities agree with the true ones: figures, intervals, counting noise.

A figure that the numbers cannot give is None with a reason, never a number that means nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats
from sklearn import metrics

Values = np.ndarray
_FLAT = 1e-12  # a spread below this is rounding


@dataclass(frozen=True)
class Figure:
    """A figure with its 95 % interval; None with a reason where there is none."""

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""


class UndefinedError(Exception):
    """The numbers do not give this figure; the message says why."""


def icc(true: Values, predicted: Values) -> float:
    """Intraclass correlation ICC(2,1): absolute agreement of two raters, each field once.

    Shrout and Fleiss 1979, doi 10.1037/0033-2909.86.2.420. Raises UndefinedError.
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
    if np.ptp(scores) < _FLAT or abs(below) < _FLAT**2:
        raise UndefinedError("all values are equal")
    return float((rows - error) / below)


def pearson_r(true: Values, predicted: Values) -> float:
    """Pearson's correlation. Raises UndefinedError."""
    _at_least(3, true)
    _both_vary(true, predicted)
    return float(stats.pearsonr(true, predicted).statistic)


def r2(true: Values, predicted: Values) -> float:
    """Coefficient of determination, 1 at best, without lower end. Raises UndefinedError."""
    _at_least(3, true)
    _varies(true, "true")
    return float(metrics.r2_score(true, predicted))


def kendall_tau_b(true: Values, predicted: Values) -> float:
    """Kendall's rank correlation, corrected for ties (tau-b). Raises UndefinedError."""
    _at_least(3, true)
    _both_vary(true, predicted)
    return float(stats.kendalltau(true, predicted).statistic)


def prediction_probability(true: Values, predicted: Values) -> float:
    """PK: how often the higher of two different densities is given the higher answer.

    Smith, Dutton, Smith 1996, doi 10.1097/00000542-199601000-00005: (concordant + half of those
    tied in the answer) / all pairs that differ in truth. 0.5 is chance. Computed from tau-b, which
    scipy has in n log n: concordant - discordant = tau-b * sqrt(untied true * untied predicted).
    Raises UndefinedError.
    """
    _at_least(3, true)
    _varies(true, "true")
    if np.ptp(predicted) == 0:
        return 0.5
    tau = stats.kendalltau(true, predicted).statistic
    return float((1 + tau * np.sqrt(_untied(predicted) / _untied(true))) / 2)


def _untied(values: Values) -> int:
    """Count the pairs of different values."""
    counts = np.unique(values, return_counts=True)[1]
    return int((values.size**2 - (counts**2).sum()) // 2)


FIGURES: dict[str, Callable[[Values, Values], float]] = {
    "mae": lambda true, predicted: float(metrics.mean_absolute_error(true, predicted)),
    "rmse": lambda true, predicted: float(metrics.root_mean_squared_error(true, predicted)),
    "r2": r2,
    "pearson_r": pearson_r,
    "icc": icc,
    "kendall_tau_b": kendall_tau_b,
    "pk": prediction_probability,
}


def agreement(
    true: Values, predicted: Values, groups: Sequence[str], resamples: int = 1000
) -> dict[str, Figure]:
    """Compute FIGURES with 95 % intervals, the percentiles of a bootstrap over groups.

    true, predicted: float64 (fields,), 0 to 1. groups: each field's patient: patients are drawn,
    not fields, as fields of one patient are alike (Efron, Tibshirani 1993, chapter 13).
    """
    drawn = list(_resamples(groups, resamples))
    return {name: _figure(of, true, predicted, drawn) for name, of in FIGURES.items()}


def _resamples(groups: Sequence[str], count: int) -> list[np.ndarray]:
    """Draw patients with replacement: the positions of their fields. None of fewer than two."""
    names, members = np.unique(groups, return_inverse=True)
    if len(names) < 2:
        return []
    positions = [np.flatnonzero(members == at) for at in range(len(names))]
    random = np.random.default_rng(0)
    draws = random.integers(len(names), size=(count, len(names)))
    return [np.concatenate([positions[at] for at in draw]) for draw in draws]


def _figure(
    of: Callable[[Values, Values], float],
    true: Values,
    predicted: Values,
    drawn: list[np.ndarray],
) -> Figure:
    value, reason = _or_reason(of, true, predicted)
    if value is None:
        return Figure(None, reason=reason)
    if not drawn:
        return Figure(value, reason="no interval: fewer than two patients")
    redrawn = [_or_reason(of, true[at], predicted[at])[0] for at in drawn]
    if None in redrawn:
        undefined = redrawn.count(None)
        return Figure(value, reason=f"no interval: undefined in {undefined} of {len(drawn)} draws")
    low, high = np.percentile(redrawn, (2.5, 97.5))
    return Figure(value, float(low), float(high))


def _or_reason(
    of: Callable[[Values, Values], float], true: Values, predicted: Values
) -> tuple[float | None, str]:
    try:
        return of(true, predicted), ""
    except UndefinedError as error:
        return None, str(error)


def counting_floor(densities: Values, totals: np.ndarray) -> tuple[float, float]:
    """Return the MAE and the RMSE that even the true share of tumour nuclei would have.

    A density from n nuclei is a binomial count over n. Mean absolute deviation: de Moivre's
    2 k q P(k) / n with k = floor(np) + 1 (Diaconis, Zabell 1991, doi 10.1214/ss/1177011699), the
    observed densities put for the true ones, which makes it a little too low.
    """
    variances = densities * (1 - densities) / totals
    mae = counting_deviations(densities, totals).mean()
    return float(mae), float(np.sqrt(variances.mean()))


def counting_deviations(densities: Values, totals: np.ndarray) -> Values:
    """Return each field's part of the MAE that counting_floor gives: float64, (fields,)."""
    above = np.floor(totals * densities) + 1
    mass = stats.binom.pmf(above, totals, densities)
    return 2 * above * (1 - densities) * mass / totals


def _at_least(least: int, values: Values) -> None:
    if len(values) < least:
        raise UndefinedError(f"{len(values)} fields, at least {least} are needed")


def _varies(values: Values, which: str) -> None:
    if np.ptp(values) < _FLAT:
        raise UndefinedError(f"all {which} densities are equal")


def _both_vary(true: Values, predicted: Values) -> None:
    _varies(true, "true")
    _varies(predicted, "predicted")
