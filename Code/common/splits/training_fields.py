"""The fields of view that a model was trained on, recognised wherever it is evaluated."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from common.nucls.names import Origin, origin_of
from common.utils.errors import InputError

TRAINING_FIELDS = "training_fields"  # the dataset of a model file that holds them


@dataclass(frozen=True)
class TrainingFields:
    """The training fields of a model, as its file keeps them.

    Attributes:
        names: Of the fields.
        digests: A hash of each one's picture at the network's input size, in hexadecimal.
    """

    names: tuple[str, ...]
    digests: tuple[str, ...]

    def to_json(self) -> str:
        """Return them as text, for a model file."""
        return json.dumps({"names": self.names, "pictures": self.digests})


def training_fields_of(text: str) -> TrainingFields:
    """Read what `to_json` wrote. Raises ValueError, KeyError or TypeError for other text."""
    kept = json.loads(text)
    return TrainingFields(tuple(kept["names"]), tuple(kept["pictures"]))


@dataclass(frozen=True)
class Seen:
    """Which of the evaluated fields a model has seen in training.

    Attributes:
        fields: Whether each field was seen: its name, its tissue on the slide, or its picture.
        patients: Fields that were not seen, of patients whose other fields were.
        known: Whether the model tells its training fields.
    """

    fields: list[bool]
    patients: int
    known: bool

    def describe(self, included: bool) -> list[str]:
        """Say what matters of it; included: whether seen fields are evaluated as well."""
        if not self.known:
            return ["note: the model does not tell its training fields; these may be among them"]
        count, lines = sum(self.fields), []
        if count:
            what = "evaluated all the same" if included else "left out (--include-training)"
            lines.append(f"{count} of {len(self.fields)} fields were seen in training: {what}")
        if self.patients:
            lines.append(f"note: {self.patients} fields are of patients seen in training")
        return lines

    def check_any_left(self) -> None:
        """Raise InputError if all fields were seen."""
        if all(self.fields):
            found = f"all {len(self.fields)} seen in training"
            remedy = "Give --include-training to evaluate on them all the same."
            raise InputError("fields that are new to the model", found, do=remedy)


def find_seen(
    training: TrainingFields | None, names: Sequence[str], digests: Sequence[str]
) -> Seen:
    """Find out which fields a model has seen.

    Args:
        training: The model's training fields; None if it does not tell them.
        names: Of the evaluated fields.
        digests: Of their pictures, as of TrainingFields.
    """
    if training is None:
        return Seen([False] * len(names), 0, known=False)
    same_name, same_picture = set(training.names), set(training.digests)
    origins = [origin for name in training.names if (origin := origin_of(name))]
    by_slide: dict[str | None, list[Origin]] = defaultdict(list)
    for origin in origins:
        by_slide[origin.slide].append(origin)
    fields, patients = [], 0
    for name, digest in zip(names, digests, strict=True):
        own = origin_of(name)
        overlaps = own is not None and any(map(own.overlaps, by_slide[own.slide]))
        fields.append(name in same_name or digest in same_picture or overlaps)
        if own is not None and not fields[-1]:
            patients += own.patient in {origin.patient for origin in origins}
    return Seen(fields, patients, known=True)
