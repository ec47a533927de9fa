"""Annotation files -> counts of nuclei and annotated regions, field by field; what is wrong."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from common.images.picture_file import Crop
from common.nucls.annotations import Annotations, read_annotations
from common.nucls.counting import (
    KNOWN,
    Counting,
    Counts,
    check_spellings,
    default_tumour_groups,
)
from common.nucls.dataset import DataSet
from common.nucls.region import read_regions
from common.utils.errors import InputError, name_all, name_some

_ALIKE = 0.8  # of the names of two groups, as difflib has it


@dataclass
class Extraction:
    """What the annotation files of a data set hold.

    Attributes:
        counts: By name of the field of view, sorted by name.
        groups: How many nuclei of each group there are, excluded groups included.
        regions: The annotated region of each field, where the data set tells it.
        whole: Fields that lack one in a data set that tells them of others.
        reach: The rectangle that holds the centres of a field's boxes, px of its picture or region:
            left, top, right, bottom; where there are boxes.
        tumour: Tumour nuclei in all.
        outside: Nuclei whose centre lies outside the annotated region.
        without_area: Boxes without area, which count as published.
        doubled: Rows that stand twice in their file, which count as published.
        odd: Fields that cannot be used, by name, and why.
    """

    counts: dict[str, Counts] = field(default_factory=dict)
    groups: Counter[str] = field(default_factory=Counter)
    regions: dict[str, Crop] = field(default_factory=dict)
    whole: int = 0
    reach: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)
    tumour: int = 0
    outside: int = 0
    without_area: int = 0
    doubled: int = 0
    odd: dict[str, InputError] = field(default_factory=dict)

    def describe(self, counting: Counting) -> list[str]:
        """Say what stands out; `counting`: how the nuclei were counted."""
        notes = {
            "fields without an annotated region, taken whole": self.whole,
            "nuclei outside the annotated region, left out": self.outside,
            "boxes without area, counted as published": self.without_area,
            "rows that stand twice in their file, counted as published": self.doubled,
        }
        lines = [f"  {count} {what}" for what, count in notes.items() if count]
        if not self.tumour:
            lines.append("  note: no tumour nucleus in the whole data set; every density is 0")
        return [*lines, *self._tumour_like(counting)]

    def _tumour_like(self, counting: Counting) -> Iterator[str]:
        """Name groups whose names are nearly those of tumour nuclei, but that do not count so."""
        for group in sorted(self.groups.keys() - {*KNOWN, *counting.tumour, *counting.excluded}):
            near = get_close_matches(group.split()[0], counting.tumour, 1, _ALIKE)
            if near:
                yield (
                    f"  warning: the {self.groups[group]} nuclei of the group {group} do not count "
                    f"as {near[0]} (Data_Extractor.py --tumour-groups {near[0]} {group!r} does it)"
                )


def extract(data_set: DataSet, counting: Counting, *, skip_odd: bool = False) -> Extraction:
    """Count the nuclei of every field of view of a data set.

    Args:
        data_set: The data set.
        counting: Which nuclei count, and as what.
        skip_odd: Whether fields that cannot be used are left out.

    Raises:
        InputError: Some fields cannot be used (the message names all of them), or no file holds a
            named group.
    """
    found = extract_all(data_set, counting)
    if found.odd and not skip_odd:
        raise name_all(found.odd)
    check_groups(found, counting, data_set)
    return found


def extract_all(data_set: DataSet, counting: Counting) -> Extraction:
    """Count as extract does, and note fields that cannot be used as odd."""
    found = Extraction(regions=regions_of(data_set, counting))
    for name, path in data_set.annotations.items():
        try:
            _extract_field(found, name, path, counting)
        except InputError as error:
            found.odd[name] = error
    return found


def regions_of(data_set: DataSet, counting: Counting) -> dict[str, Crop]:
    """Return the region to which each field is cropped; empty where fields are taken whole."""
    if counting.region == "picture":
        return {}
    found: dict[str, Crop] = {}
    for folder in data_set.annotation_folders:
        found |= read_regions(folder) or {}
    return found


def _extract_field(found: Extraction, name: str, path: Path, counting: Counting) -> None:
    whole = read_annotations(path, counting.level)
    annotations = labelled(whole, found.regions.get(name))
    groups = Counter(annotations.groups)
    counts = counting.count(groups)
    if counts.total < 1:
        excluded = f"only excluded ones ({groups.total()})" if groups else "none"
        remedy = "Exclude fewer groups." if groups else "Remove this CSV and its picture."
        raise InputError("at least one nucleus", excluded, path, remedy)
    if annotations.has_boxes:
        centres = annotations.centres()
        found.reach[name] = (*centres.min(0).tolist(), *centres.max(0).tolist())
    found.counts[name] = counts
    found.groups.update(groups)
    found.whole += bool(found.regions) and name not in found.regions
    found.tumour += counts.tumour
    found.outside += len(whole.groups) - len(annotations.groups)
    found.without_area += annotations.without_area()
    found.doubled += annotations.doubled()


def labelled(annotations: Annotations, region: Crop | None) -> Annotations:
    """Return the nuclei that label a field: those inside its annotated region, if it has one."""
    return annotations if region is None else annotations.inside(region)


def check_groups(found: Extraction, counting: Counting, data_set: DataSet) -> None:
    """Check the groups of a data set.

    Raises:
        InputError: Two are spellings of one; or no file holds a group that is named, as tumour or
            as excluded. Benign tissue in the words of NuCLS needs no tumour nuclei.
    """
    check_spellings(found.groups, data_set.root)
    known = found.groups.keys() <= KNOWN
    benign = known and counting.tumour == default_tumour_groups(counting.level)
    named = counting.excluded if benign else (*counting.tumour, *counting.excluded)
    missing = [group for group in named if group not in found.groups]
    if missing:
        raise InputError(
            f"nuclei of the group {name_some(missing)}",
            f"only {name_some(sorted(found.groups), 20)}" if found.groups else "none at all",
            data_set.root,
            "Name the data set's own groups: Data_Extractor.py --tumour-groups, --exclude-groups.",
        )
