"""Fields of view: each picture paired with its density by name, and the split in two."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common.annotations import Counts
from common.dataset import DataSet, check_pairs, check_same
from common.errors import InputError

# The original artefact trained on the first 1000 of its 1440 fields of view.
_FIRST, _OF = 1000, 1440


@dataclass(frozen=True)
class Field:
    """One field of view: its name, its PNG picture, its nuclei."""

    name: str
    picture: Path
    tumour: int
    total: int

    @property
    def density(self) -> float:
        """Tumour nuclei / all nuclei, 0 to 1."""
        return self.tumour / self.total


@dataclass(frozen=True)
class Split:
    """Which fields train and which validate: their positions (int64), and a description."""

    train: np.ndarray
    validation: np.ndarray
    description: str


def pair_fields(data_set: DataSet, counts: dict[str, Counts], counts_path: Path) -> list[Field]:
    """Pair annotations, counts and pictures by name; sorted by name.

    Raises InputError, naming what differs, unless all three hold the same fields of view.
    """
    check_pairs(data_set)
    pictures = data_set.pictures
    remedy = "Move the file away: it belongs to another data set, and is made anew."
    check_same(set(counts), set(pictures), "only fields that have a picture", counts_path, remedy)
    check_same(set(pictures), set(counts), "an entry for each picture", counts_path, remedy)
    return [Field(name, picture, **counts[name]) for name, picture in sorted(pictures.items())]


def split_first(count: int) -> Split:
    """Split positions 0 to count - 1 as the seed does: the first 1000 train, the rest validate.

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
