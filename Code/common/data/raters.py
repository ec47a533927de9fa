"""Fields of view that several people (raters) labelled: pooled into one entry, or side by side."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from common.data.extraction import extract_all
from common.data.fields import FieldOfView, origins_of
from common.nucls.counting import Counting, Counts
from common.nucls.dataset import DataSet
from common.nucls.names import Origin, rater_of

RATERS = ("each", "consensus")
# People drew the same field a few px apart, while neighbouring fields touch at the edges only.
_SAME_FIELD = 0.5  # of the smaller rectangle's area


@dataclass(frozen=True)
class RatedField:
    """A field of view that several people labelled.

    Attributes:
        names: Of its entries.
        patient: Whose it is.
        counts: Of each rater, by name; those of one who labelled it twice are put together.
    """

    names: tuple[str, ...]
    patient: str
    counts: dict[str, Counts]


def pool_raters(fields: Sequence[FieldOfView]) -> list[FieldOfView]:
    """Merge entries that show the same field of view on the slide; see same_tissue.

    Returns:
        The fields in the order of their first entries, with the picture and the name of the first
        and the nuclei of all together.
    """
    groups = same_tissue([field.origin for field in fields])
    return [reduce(_together, [fields[at] for at in group]) for group in groups]


def rated_fields(data_set: DataSet, counting: Counting) -> list[RatedField]:
    """Return the fields of raw multi-rater files that at least two people labelled.

    Args:
        data_set: Any data set; other files tell no rater, and give none.
        counting: Which nuclei count, and as what. Entries that cannot be counted are left out.

    Raises:
        InputError: The data set's tables are not as they should be.
    """
    if not any(map(rater_of, data_set.annotations)):
        return []
    counts = extract_all(data_set, counting).counts
    names = [name for name in counts if rater_of(name)]
    origins = origins_of(data_set, names)
    groups = same_tissue([origins[name] for name in names])
    found = [_rated([names[at] for at in group], counts, origins) for group in groups]
    return [field for field in found if len(field.counts) > 1]


def _rated(
    names: list[str], counts: Mapping[str, Counts], origins: Mapping[str, Origin | None]
) -> RatedField:
    by_rater: dict[str, Counts] = {}
    for name in names:
        rater = rater_of(name)
        by_rater[rater] = by_rater.get(rater, Counts(0, 0)) + counts[name]
    origin = origins[names[0]]
    return RatedField(tuple(names), origin.patient if origin else names[0], by_rater)


def same_tissue(origins: Sequence[Origin | None]) -> list[list[int]]:
    """Group entries that show the same field of view on the slide.

    An entry that covers at least half of a group's first (of the smaller rectangle) joins it; one
    whose place is not known stands alone.

    Returns:
        The positions of each group's entries, in the order of their first.
    """
    groups: list[list[int]] = []
    of_slide: dict[str, list[list[int]]] = defaultdict(list)
    for at, origin in enumerate(origins):
        known = of_slide[origin.slide] if origin and origin.has_place else []
        group = next((one for one in known if _same(origin, origins[one[0]])), None)
        if group is None:
            group = []
            known.append(group)
            groups.append(group)
        group.append(at)
    return groups


def _same(one: Origin, other: Origin) -> bool:
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    smaller = min(map(_area, (one, other)))
    return min(width, height) > 0 and width * height >= _SAME_FIELD * smaller


def _area(origin: Origin) -> int:
    return (origin.right - origin.left) * (origin.bottom - origin.top)


def _together(one: FieldOfView, other: FieldOfView) -> FieldOfView:
    return replace(one, counts=one.counts + other.counts)
