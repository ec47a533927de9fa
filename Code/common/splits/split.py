"""Which fields of view train and which validate: the ways to split, in one table.

A new way is a new row of SPLITS.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from common.data.fields import FieldOfView
from common.data.nucls_names import Origin, origin_of
from common.utils.errors import InputError

# The original artefact trained on the first 1000 of its 1440 fields of view.
_FIRST, _OF = 1000, 1440
_BINS = np.array([0.0, 1 / 3, 2 / 3])  # densities of a fold are balanced over 0, thirds above it


@dataclass(frozen=True)
class Split:
    """Which fields train and which validate.

    Attributes:
        train, validation: Positions of the fields, int64.
        description: The rule and the numbers, as the log tells them.
    """

    train: np.ndarray
    validation: np.ndarray
    description: str


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

    groups = [getattr(_known_origin(field), by) for field in fields]
    if len(set(groups)) < folds:
        raise InputError(
            f"at least {folds} {by}s for {folds} folds",
            f"{len(set(groups))}",
            do="Lower --folds, or choose another --split.",
        )
    bins = np.digitize([field.density for field in fields], _BINS, right=True)
    parts = list(StratifiedGroupKFold(folds).split(np.zeros(len(fields)), bins, groups))
    train, validation = parts[fold - 1]
    text = f"by {by}, fold {fold} of {folds}: {len(train)} train, {len(validation)} validate"
    return Split(train, validation, text)


def _known_origin(field: FieldOfView) -> Origin:
    origin = origin_of(field.name)
    if origin is None:
        raise InputError(
            "names of NuCLS that tell the patient", field.name, do="Give --split first-1000."
        )
    return origin


def _first_1000(fields: Sequence[FieldOfView], fold: int, folds: int) -> Split:
    if fold > 1:
        raise InputError("--split patient or hospital with --fold", f"--fold {fold} alone")
    return split_first(len(fields))


def _by(group: str) -> Callable[[Sequence[FieldOfView], int, int], Split]:
    return lambda fields, fold, folds: split_grouped(fields, group, fold, folds)


@dataclass(frozen=True)
class SplitMethod:
    """A way to split.

    Attributes:
        text: What --help says of it.
        make: Splits fields, given fold (from 1) and number of folds, which count for grouped ones.
    """

    text: str
    make: Callable[[Sequence[FieldOfView], int, int], Split]


SPLITS = {
    "first-1000": SplitMethod("the first 1000 fields by name train", _first_1000),
    "patient": SplitMethod("no patient is on both sides, see --fold", _by("patient")),
    "hospital": SplitMethod("no hospital is on both sides, see --fold", _by("hospital")),
}


def make_split(fields: Sequence[FieldOfView], how: str, fold: int, folds: int) -> Split:
    """Split as one of SPLITS says.

    Raises:
        InputError: The fields cannot be split in that way.
    """
    return SPLITS[how].make(fields, fold, folds)
