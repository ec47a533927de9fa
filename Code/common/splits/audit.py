"""What the two sides of a split share: patients, slides, tissue, pictures."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from common.data.fields import FieldOfView
from common.images.perceptual_hash import find_alike
from common.nucls.names import Origin
from common.splits.split import Split
from common.utils.entries import entry, to_entries


@dataclass(frozen=True)
class Audit:
    """How much of the validation side is on the training side as well.

    Attributes:
        patients, slides: On both sides.
        overlapping: Validation fields that overlap a training field on the slide.
        pictures: Validation fields whose picture is also a training picture.
        unknown: Fields of which no patient is known, and that are not checked by origin.
        alike: Validation fields whose picture is not, but looks like a training picture.
    """

    patients: int = entry("patients on both sides")
    slides: int = entry("slides on both sides")
    overlapping: int = entry("validation fields overlapping training tissue")
    pictures: int = entry("validation pictures also in training")
    unknown: int = entry("names that tell no patient")
    alike: int = entry("validation pictures that look like a training picture", default=0)

    @property
    def shares_tissue(self) -> bool:
        """Tell whether validation metrics will be too good."""
        return any((self.patients, self.slides, self.overlapping, self.pictures, self.alike))

    def warnings(self) -> list[str]:
        """Say, wherever validation metrics are told, that they are too good."""
        told = "both sides show the same patients or pictures, so that validation metrics will be"
        return [f"warning: {told} too good"] * self.shares_tissue

    def describe(self) -> list[str]:
        """Say in a line what was found, and warn if it matters."""
        found = [f"{what}: {count}" for what, count in to_entries(self).items() if count]
        lines = [f"audit of the split: {'; '.join(found) or 'nothing on both sides'}"]
        if self.unknown:
            lines.append(
                f"note: the patients of {self.unknown} fields are not known: they may be on both "
                "sides of the split (patients.csv tells them)"
            )
        remedy = "; --split patient keeps a patient on one side" * (self.patients > 0)
        return [*lines, *(f"{warning}{remedy}" for warning in self.warnings())]


def audit_split(
    fields: Sequence[FieldOfView],
    split: Split,
    digests: Sequence[Hashable],
    hashes: Sequence[bytes],
) -> Audit:
    """Find what both sides of a split share.

    Args:
        fields: The fields of view.
        split: Which of them train and which validate.
        digests: A hash of each field's picture.
        hashes: What each looks like, as of perceptual_hashes.
    """
    origins = [field.origin for field in fields]
    sides = [[origins[at] for at in side] for side in (split.seen, split.validation)]
    train, validation = ([origin for origin in side if origin] for side in sides)
    seen = {digests[at] for at in split.seen}
    equal = np.array([digests[at] in seen for at in split.validation], bool)
    alike = find_alike(*([hashes[at] for at in side] for side in (split.validation, split.seen)))
    return Audit(
        patients=_shared(train, validation, lambda origin: origin.patient),
        slides=_shared(train, validation, lambda origin: origin.slide),
        overlapping=_overlapping(train, validation),
        pictures=int(equal.sum()),
        unknown=sum(origin is None for origin in origins),
        alike=int((alike & ~equal).sum()),
    )


def _shared(
    train: list[Origin], validation: list[Origin], key: Callable[[Origin], str | None]
) -> int:
    both = {key(origin) for origin in train} & {key(origin) for origin in validation}
    return len(both - {None})


def _overlapping(train: list[Origin], validation: list[Origin]) -> int:
    by_slide: dict[str | None, list[Origin]] = defaultdict(list)
    for origin in train:
        by_slide[origin.slide].append(origin)
    return sum(any(map(origin.overlaps, by_slide[origin.slide])) for origin in validation)
