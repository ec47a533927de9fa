"""Which fields of view train and which validate, and what the two sides share."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from common.errors import InputError
from common.fields import Field
from common.names import Origin, origin_of

SPLITS = ("first-1000", "patient", "hospital")
# The original artefact trained on the first 1000 of its 1440 fields of view.
_FIRST, _OF = 1000, 1440
_UNKNOWN = "names that tell no patient"
_BINS = np.array([0.0, 1 / 3, 2 / 3])  # densities of a fold are balanced over 0, thirds above it


@dataclass(frozen=True)
class Split:
    """Which fields train and which validate: their positions (int64), and a description."""

    train: np.ndarray
    validation: np.ndarray
    description: str


def make_split(fields: Sequence[Field], how: str, fold: int, folds: int) -> Split:
    """Split as one of SPLITS says; fold and folds count for the grouped ones. Raises InputError."""
    if how == "first-1000":
        if fold > 1:
            raise InputError("--split patient or hospital with --fold", f"--fold {fold} alone")
        return split_first(len(fields))
    if fold > folds:
        raise InputError(f"--fold 1 to {folds}", str(fold), do="Lower it, or raise --folds.")
    return split_grouped(fields, how, fold, folds)


def split_first(count: int) -> Split:
    """Split positions 0 to count - 1 as the original did: the first 1000 train, the others not.

    With 1000 fields or fewer the same share trains, 1000/1440. Raises InputError if either
    side would be empty.
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


def split_grouped(fields: Sequence[Field], by: str, fold: int, folds: int) -> Split:
    """Split so that no patient (or hospital) is on both sides; fold `fold` (from 1) validates.

    by: "patient" or "hospital". Densities are balanced between the folds as far as groups allow
    (scikit-learn's StratifiedGroupKFold, unshuffled: the same fields give the same folds).
    Raises InputError if a name tells no patient, or if there are fewer groups than folds.
    """
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


def _known_origin(field: Field) -> Origin:
    origin = origin_of(field.name)
    if origin is None:
        raise InputError(
            "names of NuCLS that tell the patient", field.name, do="Give --split first-1000."
        )
    return origin


def audit(fields: Sequence[Field], split: Split, digests: Sequence[Hashable]) -> dict[str, int]:
    """Count what both sides of a split share.

    digests: a hash of each field's picture. Returns the number of patients and slides on both
    sides, of validation fields that overlap a training field on the slide, of validation fields
    whose picture is also a training picture, and of names that do not tell (not checked).
    """
    origins = [origin_of(field.name) for field in fields]
    sides = [[origins[at] for at in side] for side in (split.train, split.validation)]
    train, validation = ([origin for origin in side if origin] for side in sides)
    seen = {digests[at] for at in split.train}
    return {
        "patients on both sides": _shared(train, validation, lambda origin: origin.patient),
        "slides on both sides": _shared(train, validation, lambda origin: origin.slide),
        "validation fields overlapping training tissue": _overlapping(train, validation),
        "validation pictures also in training": sum(digests[at] in seen for at in split.validation),
        _UNKNOWN: sum(origin is None for origin in origins),
    }


def _shared(train: list[Origin], validation: list[Origin], key: Callable[[Origin], str]) -> int:
    return len({key(origin) for origin in train} & {key(origin) for origin in validation})


def _overlapping(train: list[Origin], validation: list[Origin]) -> int:
    by_slide: dict[str, list[Origin]] = defaultdict(list)
    for origin in train:
        by_slide[origin.slide].append(origin)
    return sum(any(map(origin.overlaps, by_slide[origin.slide])) for origin in validation)


def shares_tissue(shared: dict[str, int]) -> bool:
    """Tell from an audit whether anything but unknown names was found."""
    return any(count for what, count in shared.items() if what != _UNKNOWN)
