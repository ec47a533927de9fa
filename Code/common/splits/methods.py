"""The ways to split, in one table, and where the best epoch is chosen.

A new way is a new row of SPLITS.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from common.data.fields import FieldOfView
from common.nucls.hospital_folds import read_hospital_fold
from common.splits.split import FOLDS, Split, origin_part, split_first, split_grouped
from common.utils.errors import InputError, name_some

CHOICES = ("validation", "inside")  # of the best epoch
_TENTH = 10
_OTHER = "Choose another --split or --fold."


@dataclass(frozen=True)
class SplitRequest:
    """What a split is made of.

    Attributes:
        fields: The fields of view.
        fold: That validates, from 1; None if none was asked for.
        folds: How many, of grouped splits.
        root: Of the data set, for splits that come with it; None where there is none.
    """

    fields: Sequence[FieldOfView]
    fold: int | None = None
    folds: int = FOLDS
    root: Path | None = None

    @property
    def number(self) -> int:
        """Of the fold that validates, the first if none was asked for."""
        return self.fold or 1


def _first_1000(request: SplitRequest) -> Split:
    if request.fold is not None:
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
    fold = read_hospital_fold(request.root, request.number)
    slides = [origin_part(field, "slide") for field in request.fields]
    unknown = sorted(set(slides) - fold.train - fold.test)
    if unknown:
        raise InputError("slides of the fold", name_some(unknown), request.root, _OTHER)
    train = np.flatnonzero([slide in fold.train for slide in slides])
    validation = np.flatnonzero([slide in fold.test for slide in slides])
    if not len(train) or not len(validation):
        found = f"{len(train)} that train and {len(validation)} that test"
        raise InputError("fields on both sides of the fold", found, request.root, _OTHER)
    text = f"NuCLS fold {request.number}: {len(train)} train, {len(validation)} validate"
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
        lambda request: split_grouped(request.fields, "patient", request.number, request.folds),
    ),
    "hospital": SplitMethod(
        "no hospital is on both sides, see --fold",
        lambda request: split_grouped(request.fields, "hospital", request.number, request.folds),
    ),
    "nucls": SplitMethod("fold K of NuCLS' own hospital folds (train_test_splits/)", _nucls),
}


def make_split(how: str, request: SplitRequest, choose: str = "validation") -> Split:
    """Split as one of SPLITS says.

    Args:
        how: One of SPLITS.
        request: What is split.
        choose: One of CHOICES: the best epoch is chosen on the fields that validate, or on those
            of a tenth of the training patients, who then do not train.

    Raises:
        InputError: The fields cannot be split in that way.
    """
    split = SPLITS[how].make(request)
    return split if choose == "validation" else _hold_out_choice(split, request.fields)


def _hold_out_choice(split: Split, fields: Sequence[FieldOfView]) -> Split:
    """Take a tenth of the training patients out for choosing the epoch, balanced like folds."""
    own = [fields[at] for at in split.train]
    patients = len({origin_part(field, "patient") for field in own})
    if patients < 2:
        expected = "at least 2 training patients for --choose-epoch inside"
        raise InputError(expected, str(patients), do="Give --choose-epoch validation.")
    inner = split_grouped(own, "patient", 1, min(_TENTH, patients))
    train, choice = split.train[inner.train], split.train[inner.validation]
    text = f"{split.description}; {len(choice)} of the {len(own)} choose the epoch instead"
    return replace(split, train=train, choice=choice, description=text)
