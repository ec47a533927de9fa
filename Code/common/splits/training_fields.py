"""The fields of view that a model was trained on, recognised wherever it is evaluated."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from common.data.fields import FieldOfView
from common.files.json_text import parse_object
from common.images.appearance import AppearanceRange
from common.images.cache import load_pictures, picture_digests
from common.images.perceptual_hash import find_alike, perceptual_hashes
from common.nucls.names import Origin, origin_of
from common.utils.errors import InputError

TRAINING_FIELDS = "training_fields"  # the dataset of a model file that holds them


@dataclass(frozen=True)
class TrainingFields:
    """The training fields of a model, as its file keeps them.

    Attributes:
        names: Of the fields.
        digests: A hash of each one's picture at the network's input size, in hexadecimal.
        hashes: What each one's picture looks like, as of perceptual_hashes, in hexadecimal; none
            in model files of earlier versions.
        patients: Of the fields, where names or the data set's table tell them.
        appearance: What the pictures are like; None in model files of earlier versions.
    """

    names: tuple[str, ...]
    digests: tuple[str, ...]
    hashes: tuple[str, ...] = ()
    patients: tuple[str, ...] = ()
    appearance: AppearanceRange | None = None

    def to_json(self) -> str:
        """Return them as text, for a model file."""
        kept = {"names": self.names, "pictures": self.digests}
        kept |= {"looks": self.hashes, "patients": self.patients}
        return json.dumps(kept | ({"range": asdict(self.appearance)} if self.appearance else {}))


def fields_trained_on(
    fields: Sequence[FieldOfView],
    digests: Sequence[bytes],
    hashes: Sequence[bytes],
    appearance: AppearanceRange | None = None,
) -> TrainingFields:
    """Return what a model file keeps of training fields, given what is known of their pictures."""
    return TrainingFields(
        tuple(field.name for field in fields),
        tuple(digest.hex() for digest in digests),
        tuple(one.hex() for one in hashes),
        tuple(sorted({field.origin.patient for field in fields if field.origin})),
        appearance,
    )


def training_fields_of(text: str) -> TrainingFields:
    """Read what `to_json` wrote. Raises ValueError, KeyError or TypeError for other text."""
    kept = parse_object(text)
    later = (tuple(kept.get(name, ())) for name in ("looks", "patients"))
    ends = kept.get("range")
    appearance = ends and AppearanceRange(tuple(ends["least"]), tuple(ends["greatest"]))
    return TrainingFields(tuple(kept["names"]), tuple(kept["pictures"]), *later, appearance)


def patients_of(training: TrainingFields | None) -> set[str]:
    """Return the patients that a model was trained on, as far as it tells them."""
    if training is None:
        return set()
    # Those that names tell as well: earlier versions kept no others.
    origins = [origin for name in training.names if (origin := origin_of(name))]
    return {*training.patients, *(origin.patient for origin in origins)}


@dataclass(frozen=True)
class Seen:
    """Which of the evaluated fields a model has seen in training.

    Attributes:
        fields: Whether each field was seen: its name, its tissue on the slide, its picture, or
            one that looks like it.
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
    training: TrainingFields | None,
    fields: Sequence[FieldOfView],
    digests: Sequence[bytes],
    hashes: Sequence[bytes],
) -> Seen:
    """Find out which fields a model has seen.

    Args:
        training: The model's training fields; None if it does not tell them.
        fields: That are evaluated.
        digests: Of their pictures.
        hashes: What their pictures look like, as of perceptual_hashes.
    """
    if training is None:
        return Seen([False] * len(fields), 0, known=False)
    same_name, same_picture = set(training.names), set(training.digests)
    alike = find_alike(hashes, [bytes.fromhex(one) for one in training.hashes])
    origins = [origin for name in training.names if (origin := origin_of(name))]
    trained = patients_of(training)
    by_slide: dict[str | None, list[Origin]] = defaultdict(list)
    for origin in origins:
        by_slide[origin.slide].append(origin)
    seen, patients = [], 0
    for field, digest, look in zip(fields, digests, alike, strict=True):
        own = field.origin
        overlaps = own is not None and any(map(own.overlaps, by_slide[own.slide]))
        same = field.name in same_name or digest.hex() in same_picture
        seen.append(bool(same or look or overlaps))
        patients += own is not None and not seen[-1] and own.patient in trained
    return Seen(seen, patients, known=True)


def seen_by(training: TrainingFields | None, size: int, fields: Sequence[FieldOfView]) -> Seen:
    """Find out which fields a model has seen: by name, tissue on the slide, and picture.

    Args:
        training: The model's training fields; None if it does not tell them.
        size: Edge of its input, px.
        fields: That are evaluated.

    Raises:
        InputError: A picture cannot be read.
    """
    pictures = load_pictures([field.picture for field in fields], size)
    digests = picture_digests(pictures)
    return find_seen(training, fields, digests, perceptual_hashes(pictures))
