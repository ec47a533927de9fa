"""Fields of view: each picture paired with its density by name."""

from dataclasses import dataclass
from pathlib import Path

from common.annotations import Counts
from common.dataset import DataSet, check_pairs, check_same


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
