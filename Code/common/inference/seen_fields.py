"""Which labelled fields a model has seen in training."""

from collections.abc import Sequence

from common.data.fields import FieldOfView
from common.images.cache import load_pictures, picture_digests
from common.images.perceptual_hash import perceptual_hashes
from common.inference.model_file import ModelFile
from common.splits.training_fields import Seen, find_seen


def seen_by(model: ModelFile, fields: Sequence[FieldOfView]) -> Seen:
    """Find out which fields a model has seen: by name, tissue on the slide, and picture.

    Raises:
        InputError: A picture cannot be read.
    """
    pictures = load_pictures([field.picture for field in fields], model.size)
    return find_seen(model.training, fields, picture_digests(pictures), perceptual_hashes(pictures))
