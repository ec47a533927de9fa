"""Fields of view: each picture paired with its counts by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common.data.counts import Counts, densities_of
from common.data.dataset import DataSet
from common.utils.errors import InputError, name_some


@dataclass(frozen=True)
class FieldOfView:
    """One field of view: its name, its picture, its nuclei."""

    name: str
    picture: Path
    counts: Counts

    @property
    def density(self) -> float:
        """Tumour nuclei / all nuclei, 0 to 1."""
        return self.counts.density


def densities_of_fields(fields: Sequence[FieldOfView]) -> np.ndarray:
    """Return the fields' densities: float64, (fields,), 0 to 1."""
    return densities_of(field.counts for field in fields)


def pair_fields(
    data_set: DataSet, counts: dict[str, Counts], counts_path: Path
) -> list[FieldOfView]:
    """Pair annotations, counts and pictures by name; sorted by name.

    Raises:
        InputError: The three do not hold the same fields of view; names what differs.
    """
    annotated, pictures = set(data_set.annotations), data_set.pictures
    remedy = "Add what is missing, or remove what is alone."
    _check_all(annotated, set(pictures), "a picture for each CSV", data_set.root, remedy)
    _check_all(set(pictures), annotated, "a CSV for each picture", data_set.root, remedy)
    remedy = "Move the file away: it belongs to another data set, and is made anew."
    _check_all(set(counts), set(pictures), "only fields that have a picture", counts_path, remedy)
    _check_all(set(pictures), set(counts), "an entry for each picture", counts_path, remedy)
    return [FieldOfView(name, path, counts[name]) for name, path in sorted(pictures.items())]


def _check_all(have: set[str], there: set[str], expected: str, place: Path, do: str) -> None:
    """Raise InputError if a name of `have` is not `there`."""
    alone = sorted(have - there)
    if alone:
        raise InputError(expected, f"none for {name_some(alone, 2)}", place, do)
