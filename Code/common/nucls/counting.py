"""Which nuclei of a field of view count, and as what; their number and the tumour density."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from common.utils.entries import entry
from common.utils.errors import InputError, name_some
from common.utils.names import one_form

# The columns that name a nucleus's class; NuCLS' evaluation sets have `group`, its single-rater set
# all three levels (Amgad et al. 2022, doi 10.1093/gigascience/giac037).
COLUMNS = {
    "raw": ("group", "raw_classification"),
    "main": ("main_classification",),
    "super": ("super_classification",),
}
_TUMOUR = {"raw": ("tumor",), "main": ("tumor_nonMitotic",), "super": ("tumor_any",)}
REGIONS = ("annotated", "picture")
_CORRECTION = "correction_"  # a pathologist corrected the class; the rest of the name is the class
_FIELD_MARK = "fov"  # rows of these groups outline the field itself and are no nuclei
# Of the raw, main and super level (Amgad et al. 2022, doi 10.1093/gigascience/giac037).
KNOWN = frozenset(
    (
        *("tumor", "fibroblast", "lymphocyte", "plasma_cell", "macrophage", "mitotic_figure"),
        *("vascular_endothelium", "myoepithelium", "apoptotic_body", "neutrophil"),
        *("ductal_epithelium", "eosinophil", "unlabeled"),
        *("tumor_nonMitotic", "tumor_mitotic", "nonTILnonMQ_stromal", "other_nucleus"),
        *("tumor_any", "nonTIL_stromal", "sTIL", "AMBIGUOUS"),
    )
)
_REMEDY = "Give each group one spelling in the CSVs."


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


def group_of(name: str) -> str:
    """Return the group that a class names: what is left without `correction_`."""
    return name.removeprefix(_CORRECTION)


def is_field_mark(name: str) -> bool:
    """Tell whether a row of this class marks the field and is no nucleus, in any case."""
    return group_of(name)[: len(_FIELD_MARK)].casefold() == _FIELD_MARK


def check_spellings(groups: Iterable[str], place: Path) -> None:
    """Check that no group is another spelling of a known or of another group, or of a field mark.

    Spellings of a name differ by case, space, Unicode form or that of `correction_` only.

    Raises:
        InputError: Names all of them.
    """
    forms: dict[str, set[str]] = defaultdict(set)
    for group in groups:
        forms[_form(group)].add(group)
    for known in KNOWN:
        if _form(known) in forms:
            forms[_form(known)].add(known)
    odd = [sorted(names) for names in forms.values() if len(names) > 1]
    odd += [[_FIELD_MARK, *sorted(names)] for form, names in forms.items() if is_field_mark(form)]
    if odd:
        told = [" and ".join(repr(name) for name in names) for names in sorted(odd)]
        raise InputError("one spelling of each group", name_some(told, 20), place, _REMEDY)


def _form(group: str) -> str:
    return one_form(one_form(group).removeprefix(_CORRECTION))
