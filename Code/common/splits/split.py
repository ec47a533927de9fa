"""Which fields of view train and which validate: the ways to split, in one table.

A new way is a new row of SPLITS.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common.data.fields import FieldOfView
from common.nucls.hospital_folds import read_hospital_fold
from common.utils.errors import InputError, name_some

# The original artefact trained on the first 1000 of its 1440 fields of view.
_FIRST, _OF = 1000, 1440
FOLDS = 5  # of grouped splits, unless others are asked for
_BINS = np.array([0.0, 1 / 3, 2 / 3])  # densities of a fold are balanced over 0, thirds above it
_OTHER = "Choose another --split or --fold."


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

    groups = [_known(field, by) for field in fields]
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


def _known(field: FieldOfView, what: str) -> str:
    """Return a field's patient, hospital or slide. Raises InputError if nobody knows it."""
    value = getattr(field.origin, what) if field.origin else None
    if value is None:
        remedy = "Give --split first-1000, or a table patients.csv beside contours/."
        raise InputError(f"names of NuCLS that tell the {what}", field.name, do=remedy)
    return value


@dataclass(frozen=True)
class SplitRequest:
    """What a split is made of.

    Attributes:
        fields: The fields of view.
        fold: That validates, from 1.
        folds: How many, of grouped splits.
        root: Of the data set, for splits that come with it; None where there is none.
    """

    fields: Sequence[FieldOfView]
    fold: int = 1
    folds: int = FOLDS
    root: Path | None = None


def _first_1000(request: SplitRequest) -> Split:
    if request.fold > 1:
        raise InputError("a --split with folds for --fold", f"--fold {request.fold} alone")
    _check_folds(request)
    return split_first(len(request.fields))


def _check_folds(request: SplitRequest) -> None:
    if request.folds != FOLDS:
        found = f"--folds {request.folds} without one"
        raise InputError("--split patient or hospital for --folds", found)


def _nucls(request: SplitRequest) -> Split:
    """Split by NuCLS' own folds. Raises InputError if a field's slide is in none of them."""
    _check_folds(request)
    fold = read_hospital_fold(request.root, request.fold)
    slides = [_known(field, "slide") for field in request.fields]
    unknown = sorted(set(slides) - fold.train - fold.test)
    if unknown:
        raise InputError("slides of the fold", name_some(unknown), request.root, _OTHER)
    train = np.flatnonzero([slide in fold.train for slide in slides])
    validation = np.flatnonzero([slide in fold.test for slide in slides])
    if not len(train) or not len(validation):
        found = f"{len(train)} that train and {len(validation)} that test"
        raise InputError("fields on both sides of the fold", found, request.root, _OTHER)
    text = f"NuCLS fold {request.fold}: {len(train)} train, {len(validation)} validate"
    return Split(train, validation, text)


@dataclass(frozen=True)
class SplitMethod:
    """A way to split.

    Attributes:
        text: What --help says of it.
        make: Splits the fields of a request.
    """

    text: str
    make: Callable[[SplitRequest], Split]


SPLITS = {
    "first-1000": SplitMethod("the first 1000 fields by name train", _first_1000),
    "patient": SplitMethod(
        "no patient is on both sides, see --fold",
        lambda request: split_grouped(request.fields, "patient", request.fold, request.folds),
    ),
    "hospital": SplitMethod(
        "no hospital is on both sides, see --fold",
        lambda request: split_grouped(request.fields, "hospital", request.fold, request.folds),
    ),
    "nucls": SplitMethod("fold K of NuCLS' own hospital folds (train_test_splits/)", _nucls),
}


def make_split(how: str, request: SplitRequest) -> Split:
    """Split as one of SPLITS says.

    Raises:
        InputError: The fields cannot be split in that way.
    """
    return SPLITS[how].make(request)
