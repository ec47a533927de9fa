"""Which nuclei of a field of view count, and as what; their number and the tumour density."""

from collections import Counter
from dataclasses import dataclass, fields

from common.utils.entries import entry

# The columns that name a nucleus's class; NuCLS' evaluation sets have `group`, its single-rater set
# all three levels (Amgad et al. 2022, doi 10.1093/gigascience/giac037).
COLUMNS = {
    "raw": ("group", "raw_classification"),
    "main": ("main_classification",),
    "super": ("super_classification",),
}
_TUMOUR = {"raw": ("tumor",), "main": ("tumor_nonMitotic",), "super": ("tumor_any",)}
REGIONS = ("annotated", "picture")


@dataclass(frozen=True)
class Counts:
    """The nuclei of a field of view.

    Attributes:
        tumour: Nuclei of a tumour group.
        total: All nuclei that count, at least as many.
    """

    tumour: int
    total: int

    @property
    def density(self) -> float:
        """Tumour nuclei / all nuclei, 0 to 1."""
        return self.tumour / self.total

    def __add__(self, other: "Counts") -> "Counts":
        """Put the nuclei of two together."""
        return Counts(self.tumour + other.tumour, self.total + other.total)


@dataclass(frozen=True)
class Counting:
    """How the nuclei of a data set are counted; the same wherever its labels are used.

    Attributes:
        level: Of the classes, one of COLUMNS.
        tumour: Groups of tumour nuclei.
        excluded: Groups that are left out of the total.
        region: "annotated": nuclei and pictures are cropped to the annotated region where the data
            set tells it; "picture": they are taken whole.
    """

    level: str = entry("level of classes", default="raw")
    tumour: tuple[str, ...] = entry("tumour groups", default=_TUMOUR["raw"])
    excluded: tuple[str, ...] = entry("excluded groups", default=())
    region: str = entry("region", default="annotated")

    def count(self, groups: Counter[str]) -> Counts:
        """Count a field's nuclei, given how many of each group it holds."""
        total = groups.total() - sum(groups[group] for group in self.excluded)
        return Counts(sum(groups[group] for group in self.tumour), total)


DEFAULT_COUNTING = Counting()
COUNTING_FIELDS = tuple(part.name for part in fields(Counting))


def default_tumour_groups(level: str) -> tuple[str, ...]:
    """Return the tumour groups of a level, if nobody names others."""
    return _TUMOUR[level]
