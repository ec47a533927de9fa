"""Which fields of view train and which validate: by number, or by groups that stay together."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from common.data.fields import FieldOfView
from common.utils.errors import InputError

# The original artefact trained on the first 1000 of its 1440 fields of view.
_FIRST, _OF = 1000, 1440
FOLDS = 5  # of grouped splits, unless others are asked for
_BINS = np.array([0.0, 1 / 3, 2 / 3])  # densities of a fold are balanced over 0, thirds above it


@dataclass(frozen=True)
class Split:
    """Which fields train and which validate.

    Attributes:
        train, validation: Positions of the fields, int64.
        description: The rule and the numbers, as the log tells them.
        choice: Positions of the fields on which the best epoch is chosen; none where it is
            chosen on those that validate.
    """

    train: np.ndarray
    validation: np.ndarray
    description: str
    choice: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def seen(self) -> np.ndarray:
        """The positions of all fields that have a say in the trained network, in order."""
        return np.sort(np.concatenate([self.train, self.choice]))

    @property
    def held_out(self) -> np.ndarray:
        """The positions of all fields that do not train: those that validate, then the choice."""
        return np.concatenate([self.validation, self.choice])


def split_first(count: int) -> Split:
    """Split positions 0 to count - 1 as the original did: the first 1000 train, the others not.

    With 1000 fields or fewer the same share trains, 1000/1440.

    Raises:
        InputError: Either side would be empty.
    """
    train = _FIRST if count > _FIRST else count * _FIRST // _OF
    if not 0 < train < count:
        raise InputError(
            "at least 2 fields of view to split",
            str(count),
            do="Add fields of view (or raise --limit).",
        )
    rule = f"first {_FIRST}" if count > _FIRST else f"first {_FIRST}/{_OF}"
    order = np.arange(count)
    text = f"{rule} of {count} by name: {train} train, {count - train} validate"
    return Split(order[:train], order[train:], text)


def split_grouped(fields: Sequence[FieldOfView], by: str, fold: int, folds: int) -> Split:
    """Split so that no patient (or hospital) is on both sides; fold `fold` (from 1) validates.

    Densities are balanced between the folds as far as groups allow (scikit-learn's
    StratifiedGroupKFold, unshuffled: the same fields give the same folds).

    Args:
        fields: The fields of view.
        by: "patient" or "hospital".
        fold: From 1.
        folds: How many.

    Raises:
        InputError: A name tells no patient, there are fewer groups than folds, or no such fold.
    """
    if fold > folds:
        raise InputError(f"--fold 1 to {folds}", str(fold), do="Lower it, or raise --folds.")
    from sklearn.model_selection import StratifiedGroupKFold  # a second, only where it is used

    groups = [origin_part(field, by) for field in fields]
    if len(set(groups)) < folds:
        raise InputError(
            f"at least {folds} {by}s for {folds} folds",
            f"{len(set(groups))}",
            do="Lower --folds, or choose another --split.",
        )
    bins = np.digitize([field.density for field in fields], _BINS, right=True)
    if np.bincount(bins).max() < folds:  # nothing to balance, which scikit-learn refuses
        bins = np.zeros_like(bins)
    with warnings.catch_warnings():  # of bins with fewer fields than folds: balance has an end
        warnings.simplefilter("ignore", UserWarning)
        parts = list(StratifiedGroupKFold(folds).split(np.zeros(len(fields)), bins, groups))
    train, validation = parts[fold - 1]
    text = f"by {by}, fold {fold} of {folds}: {len(train)} train, {len(validation)} validate"
    return Split(train, validation, text)


def origin_part(field: FieldOfView, what: str) -> str:
    """Return a field's patient, hospital or slide.

    Raises:
        InputError: Nobody knows it.
    """
    value = getattr(field.origin, what) if field.origin else None
    if value is None:
        remedy = "Give --split first-1000, or a table patients.csv beside contours/."
        raise InputError(f"names of NuCLS that tell the {what}", field.name, do=remedy)
    return value
