"""Intervals around single answers: split conformal prediction with patients as groups.

Fields of one patient are alike, so that patients and not fields are exchangeable, and each weighs
the same however many fields it has: hierarchical conformal prediction (Dunn, Wasserman, Ramdas
2022, doi 10.1080/01621459.2022.2060112; Lee, Barber, Willett 2023, arXiv 2306.06342). The promise
is one for a field drawn from a new patient, over the draw of all patients, those from whom the
interval is as well.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from common.metrics.agreement import Estimate
from common.utils.entries import entry, known_entries

LEVEL = 0.9  # of the intervals that are written
LEVELS = tuple(at / 100 for at in range(50, 100, 5))  # of a calibration graph; LEVEL is among them
_ROUNDING = 1e-9  # of sums of weights
_WIDEST = 1.0  # densities and answers are 0 to 1, so that no error is larger


@dataclass(frozen=True)
class Calibration:
    """The interval of a model's answers, and what it was measured on; kept in the model's file.

    Attributes:
        half_width: The interval is an answer plus and minus this, within 0 to 1.
        level: The share of fields of new patients whose true density it promises to hold.
        fields, patients: By which it was measured; a field of unknown patient counts as one.
        grouped: Whether the patients of all of them are known.
        chose_epoch: Whether the model's epoch was chosen on the same fields.
    """

    half_width: float = entry("interval half-width")
    level: float = entry("interval level")
    fields: int = entry("interval fields")
    patients: int = entry("interval patients")
    grouped: bool = entry("interval patients known")
    chose_epoch: bool = entry("interval fields chose the epoch")

    def ends(self, answer: float) -> tuple[float, float]:
        """Return the ends of the interval around an answer, 0 to 1."""
        return max(0.0, answer - self.half_width), min(1.0, answer + self.half_width)

    @property
    def says_nothing(self) -> bool:
        """Whether the interval is 0 to 1, whatever the answer."""
        return self.half_width >= _WIDEST

    def describe(self) -> str:
        """Say how wide it is, what it promises, and what it comes from."""
        if self.patients < patients_needed(self.level):
            needed = f"{patients_needed(self.level)} patients are needed for {self.level:.0%}"
            return f"0 to 1, as it is from {self._origin}, and {needed}"
        holds = f"is to hold {self.level:.0%} of the fields of new patients like these"
        chosen = "; the epoch was chosen on these: it may be too narrow" * self.chose_epoch
        return f"density +/- {self.half_width:.3f} {holds}; from {self._origin}{chosen}"

    @property
    def _origin(self) -> str:
        if self.grouped:
            return f"{self.fields} fields of {self.patients} patient{'s'[: self.patients != 1]}"
        return f"{self.fields} fields, each taken for a patient of its own where nobody knows it"


def calibrate(
    errors: np.ndarray, patients: Sequence[str], *, grouped: bool, chose_epoch: bool
) -> Calibration:
    """Measure the interval of a model's answers.

    Args:
        errors: Absolute errors on fields of patients that are new to the model, float64, (fields,).
        patients: Of each field; a field of unknown patient stands for itself.
        grouped: Whether the patients of all of them are known.
        chose_epoch: Whether the model's epoch was chosen on these fields.
    """
    (half_width,) = half_widths(errors, patients, [LEVEL]).tolist()
    count = len(set(patients))
    return Calibration(half_width, LEVEL, len(errors), count, grouped, chose_epoch)


def read_calibration(entries: Mapping[str, object]) -> Calibration | None:
    """Read what a model file keeps of its interval; None from one that knows none.

    Raises:
        ValueError: An entry is not what it should be.
    """
    known = known_entries(Calibration, entries)
    if len(known) < len(fields(Calibration)):
        return None
    found = Calibration(**known)
    if not (0 <= found.half_width <= _WIDEST and 0 < found.level < 1):
        raise ValueError(f"{found.half_width} at {found.level} as an interval of densities")
    return found


def patients_needed(level: float) -> int:
    """Return how many patients an interval of a level needs at least, to be less than 0 to 1."""
    return math.ceil(level / (1 - level) - _ROUNDING)


def half_widths(
    errors: np.ndarray, patients: Sequence[str] | np.ndarray, levels: Sequence[float]
) -> np.ndarray:
    """Return the half-width of the interval of each level.

    It is the quantile of the errors in which each of K patients weighs 1 / (K + 1), divided among
    its fields; what is left stands for the new patient, whose errors may be the largest there are.

    Args:
        errors: Absolute errors of answers, float64, (fields,), 0 to 1.
        patients: Of each field.
        levels: The shares that are promised, 0 to 1.

    Returns:
        float64, (levels,), 0 to 1; 1 with too few patients for the level.
    """
    members, sizes = _groups(patients)
    order = np.argsort(errors)
    weights = np.cumsum(1 / sizes[members[order]]) / (len(sizes) + 1)
    at = np.searchsorted(weights, np.asarray(levels) - _ROUNDING)
    return np.append(errors[order], _WIDEST)[at]


def held_without_own(
    errors: np.ndarray, patients: Sequence[str], levels: Sequence[float]
) -> np.ndarray:
    """Tell for the fields that calibrate whether intervals of all other patients hold them.

    Args:
        errors: Absolute errors of answers, float64, (fields,), 0 to 1.
        patients: Of each field.
        levels: The shares that are promised, 0 to 1.

    Returns:
        bool, (levels, fields).
    """
    members, sizes = _groups(patients)
    held = np.empty((len(levels), len(errors)), bool)
    for patient in range(len(sizes)):
        own = members == patient
        widths = half_widths(errors[~own], members[~own], levels)
        held[:, own] = errors[own] <= widths[:, np.newaxis]
    return held


def coverage(held: np.ndarray, patients: Sequence[str]) -> Estimate:
    """Measure the share of fields that intervals hold, the mean of the patients' shares.

    The 95 % interval is Clopper and Pearson's (1934, doi 10.1093/biomet/26.4.404) with patients as
    trials. A patient's share varies no more than a trial that fails or not, so that it is not too
    narrow, and unlike a bootstrap's it does not shrink to nothing where all is held.

    Args:
        held: Whether each field's interval holds its true density, (fields,); or in which share
            of several runs.
        patients: Of each field.
    """
    members, sizes = _groups(patients)
    count = len(sizes)
    if count == 0:
        return Estimate(None, reason="no fields of new patients")
    from scipy import stats  # half a second, only where it is used

    sum_of_shares = float((np.bincount(members, held) / sizes).sum())
    missed = count - sum_of_shares
    low = stats.beta.ppf(0.025, sum_of_shares, missed + 1) if sum_of_shares > _ROUNDING else 0.0
    high = stats.beta.ppf(0.975, sum_of_shares + 1, missed) if missed > _ROUNDING else 1.0
    return Estimate(sum_of_shares / count, float(low), float(high))


def _groups(patients: Sequence[str] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number the patients; return the number of each field's, and how many fields each has."""
    members = np.unique(np.asarray(patients), return_inverse=True)[1]
    return members, np.bincount(members)
