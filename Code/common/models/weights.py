"""What a network begins with, as --weights says it; without TensorFlow."""

from dataclasses import dataclass
from pathlib import Path

from common.files.content import content_digests
from common.files.disk import cache_folder
from common.files.identity import digest
from common.models.imagenet import IMAGENET_WEIGHTS, ImageNetWeights
from common.synthetic import PAINTING
from common.utils.errors import InputError

NONE, IMAGENET, PAINTED = "none", "imagenet", "painted"
_IMAGENET_THEN_PAINTED = f"{IMAGENET}+{PAINTED}"
_NAMES = (NONE, IMAGENET, PAINTED, _IMAGENET_THEN_PAINTED)
PAINTED_FIELDS = 3000
_VERSION = 2  # of the recipe of `learning.painted`; another version makes other weights


@dataclass(frozen=True)
class Pretraining:
    """A training on painted tissue, before that of the run.

    Attributes:
        depth: Of the ResNet.
        image_size: Edge of the fields, px.
        fields: How many are painted.
        begins_with: "none" or "imagenet".
    """

    depth: int
    image_size: int
    fields: int
    begins_with: str

    @property
    def file(self) -> Path:
        """The file that keeps the weights, for all runs that begin with them."""
        first = f"{self.begins_with}-" if self.begins_with != NONE else ""
        name = f"{first}painted{PAINTING}.{_VERSION}-{self.fields}"
        return cache_folder() / f"weights-resnet{self.depth}-{self.image_size}px-{name}.h5"

    def __str__(self) -> str:
        return f"ResNet{self.depth} at {self.image_size} px on {self.fields} painted fields"


def pretraining_of(
    weights: str, painted_fields: int | None, depth: int, image_size: int
) -> Pretraining | None:
    """Return the training on painted tissue that comes first; None if none does.

    Args:
        weights: As --weights gives it.
        painted_fields: How many; None for the default.
        depth: Of the ResNet.
        image_size: Edge of its input, px.
    """
    if weights not in (PAINTED, _IMAGENET_THEN_PAINTED):
        return None
    first = IMAGENET if weights == _IMAGENET_THEN_PAINTED else NONE
    return Pretraining(depth, image_size, painted_fields or PAINTED_FIELDS, first)


def check_weights(weights: str, painted_fields: int | None) -> None:
    """Look at what --weights names before TensorFlow is loaded, as far as that goes.

    Raises:
        InputError: There is no such file, or it is no HDF5 file; or painted fields are asked for
            without painted weights.
    """
    if painted_fields is not None and PAINTED not in weights:
        raise InputError(f"--weights {PAINTED} for --painted-fields", f"--weights {weights}")
    if weights in _NAMES:
        return
    import h5py  # a fifth of a second, only where it is used

    if not Path(weights).is_file():
        raise InputError(f"--weights {', '.join(_NAMES)} or a file", f"no file {weights!r}")
    if not h5py.is_hdf5(weights):
        raise InputError("an HDF5 file of weights", "none", weights, "Get the file again.")


def imagenet_for(
    weights: str, painted_fields: int | None, depth: int, image_size: int
) -> ImageNetWeights | None:
    """Return the ImageNet weights if a network begins with them; arguments as of pretraining_of.

    A training on painted tissue that has been done is not done again: it needs them no more.
    """
    pretraining = pretraining_of(weights, painted_fields, depth, image_size)
    painted = pretraining is not None and pretraining.file.is_file()
    wanted = weights in (IMAGENET, _IMAGENET_THEN_PAINTED) and not painted
    return IMAGENET_WEIGHTS[depth] if wanted else None


def weights_content(weights: str, pretraining: Pretraining | None) -> str | None:
    """Return a digest of what a network begins with; None for ImageNet's weights and for none."""
    if pretraining:
        return digest(pretraining.file.name.encode())
    return None if weights in _NAMES else content_digests([Path(weights)])[0]
