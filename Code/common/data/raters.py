"""Fields of view that several people (raters) labelled: pooled into one entry each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from common.data.fields import FieldOfView
from common.nucls.names import Origin

RATERS = ("each", "consensus")
# People drew the same field a few px apart, while neighbouring fields touch at the edges only.
_SAME_FIELD = 0.5  # of the smaller rectangle's area


def pool_raters(fields: Sequence[FieldOfView]) -> list[FieldOfView]:
    """Merge entries that show the same field of view on the slide.

    An entry that covers at least half of an earlier one (of the smaller rectangle) joins it. Fields
    whose names do not tell their place stay as they are.

    Returns:
        The fields in the order of their first entries, with the picture and the name of the first
        and the nuclei of all together.
    """
    pooled: list[FieldOfView] = []
    places: dict[str, list[tuple[Origin, int]]] = defaultdict(list)
    for field in fields:
        origin = field.origin
        known = places[origin.slide] if origin and origin.has_place else []
        first = next((at for other, at in known if _same(origin, other)), None)
        if first is None:
            known.append((origin, len(pooled)))
            pooled.append(field)
        else:
            pooled[first] = _together(pooled[first], field)
    return pooled


def _same(one: Origin, other: Origin) -> bool:
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    smaller = min(map(_area, (one, other)))
    return min(width, height) > 0 and width * height >= _SAME_FIELD * smaller


def _area(origin: Origin) -> int:
    return (origin.right - origin.left) * (origin.bottom - origin.top)


def _together(one: FieldOfView, other: FieldOfView) -> FieldOfView:
    return replace(one, counts=one.counts + other.counts)
