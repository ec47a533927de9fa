"""What a model file knows about itself: its HDF5 attributes, which plain Keras passes over."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from common.files.identity import digest
from common.files.json_text import parse_object
from common.images.reading import LARGEST_INPUT, MPP, SMALLEST
from common.images.stains import STAINS, StainTarget
from common.metrics.conformal import Calibration, read_calibration
from common.metrics.epoch_metrics import SPREAD
from common.nucls.counting import COUNTING_FIELDS, Counting
from common.runs.record import known_of_record, modernised
from common.splits.training_fields import TRAINING_FIELDS, TrainingFields, training_fields_of
from common.utils.cli import option
from common.utils.entries import Entries
from common.utils.errors import InputError
from common.utils.ranges import number

FIELD_MICRONS = (1, 10_000)  # bounds of the edge of a field
UNLIKE = "unlike the training pictures"
_AS_KEPT = ("mpp", "network", "data_set", "split", "seed", "spread")
_SPREAD = f"val_{SPREAD}"
_MOST = 100_000  # of any number that describes a layer; ResNet has none above 2048
_REMEDY = "Name a best_model....h5."
# What reading a file raises that is none, or that somebody has made up.
_DAMAGED = (OSError, KeyError, ValueError, TypeError, IndexError, AttributeError, RecursionError)


@dataclass(frozen=True)
class ModelOptions:
    """What stands in for what a model file does not know."""

    stain: str | None = option(None, "that it was trained with", choices=STAINS)
    stain_values: str | None = option(
        None, "the stain's target, as in the sheet `run` of a log", metavar="JSON"
    )
    field_microns: float | None = option(
        None,
        "edge of the fields that it was trained with (NuCLS: about 60)",
        type=number(*FIELD_MICRONS),
    )


@dataclass(frozen=True)
class ModelFile:
    """A model file and what is needed to use it rightly.

    Attributes:
        path: The file.
        size: Edge of its input, px.
        stain: What pictures are brought to first, None for nothing.
        field_microns: Edge of the fields that it was trained with, None if nobody knows.
        mpp: Microns a pixel of the pictures of those fields, None if nobody knows.
        synthetic: Whether it was trained on a synthetic data set.
        network, data_set, split, seed, version: Of its training; None if nobody knows.
        training: The fields that it was trained on; None if nobody knows.
        spread: Standard deviation of its answers for its validation fields; None if nobody knows.
        calibration: The interval of its answers; None if it knows none of answers made like this.
        counting: How the nuclei of its training fields were counted; the default if nobody knows.
        entries: The record of its training, so far as the file tells it.
        unknown: What it should know and does not, for people.
    """

    path: Path
    size: int
    stain: StainTarget | None
    field_microns: float | None
    mpp: float | None
    synthetic: bool
    network: str | None
    data_set: str | None
    split: str | None
    seed: int | None
    version: str | None
    calibration: Calibration | None
    counting: Counting
    training: TrainingFields | None
    spread: float | None
    entries: Entries
    unknown: tuple[str, ...]

    @property
    def field_pixels(self) -> float | None:
        """The edge of the fields that it was trained with, px of their own pictures."""
        return self.field_microns / self.mpp if self.field_microns and self.mpp else None

    def is_unlike(self, picture: np.ndarray) -> bool:
        """Tell whether a picture is of another kind than the training pictures.

        Args:
            picture: uint8 RGB, of the size of the input, before its stains are normalised.
        """
        known = self.training.appearance if self.training else None
        return known is not None and not known.holds(picture)

    @property
    def digest(self) -> str:
        """A short hash of the file's content."""
        return digest(self.path.read_bytes())


def read_model_file(path: Path, options: ModelOptions = ModelOptions()) -> ModelFile:
    """Read a model file's attributes; options given by hand go before them.

    Args:
        path: An .h5 file that Keras saved.
        options: What the user knows of it.

    Raises:
        InputError: It is no model of one picture -> one density, or nobody knows its stain:
            without it the answers would be wrong in silence.
    """
    shape, attributes, training = _read(path)
    size = shape[1] if len(shape) == 4 and shape[1] == shape[2] and shape[3] == 3 else None
    if not isinstance(size, int) or not SMALLEST <= size <= LARGEST_INPUT:
        raise InputError("a model of square RGB pictures", f"an input of {shape}", path, _REMEDY)
    known = _known(attributes, path)
    wanted = {"field_microns": "field microns", "split": "split", "data_set": "data set"}
    return ModelFile(
        path=path,
        size=size,
        stain=_stain(path, options, known),
        field_microns=options.field_microns or known.get("field_microns"),
        synthetic=known.get("synthetic", False),
        version=known.get("project"),
        **{name: known.get(name) for name in _AS_KEPT},
        calibration=known["calibration"] if options == ModelOptions() else None,
        counting=Counting(**{name: known[name] for name in COUNTING_FIELDS if name in known}),
        training=training,
        entries=modernised(attributes),
        unknown=tuple(name for field, name in wanted.items() if field not in known),
    )


def _read(path: Path) -> tuple[list[int | None], dict[str, str], TrainingFields | None]:
    """Read shape of the input, attributes and training fields of an .h5 file that Keras saved."""
    if not path.is_file():
        found = "a folder" if path.is_dir() else "something else" if path.exists() else "no file"
        raise InputError("a model file", found, path, _REMEDY)  # a pipe would be waited for
    try:
        with h5py.File(path) as file:
            layers = parse_object(file.attrs["model_config"])["config"]["layers"]
            if _greatest(layers) > _MOST:
                raise ValueError("a number that no model of this kind has")
            shape = layers[0]["config"].get("batch_shape") or []
            attributes = {name: str(value) for name, value in file.attrs.items()}
            kept = file.get(TRAINING_FIELDS)
            return shape, attributes, None if kept is None else training_fields_of(kept[()])
    except _DAMAGED as error:
        raise InputError("a whole model file", "none that can be read", path, _REMEDY) from error


def _known(attributes: dict[str, str], path: Path) -> dict[str, Any]:
    """Read the record of a model's training, as far as its attributes tell it."""
    try:
        known = known_of_record(attributes) | {"calibration": read_calibration(attributes)}
        if _SPREAD in attributes:
            known["spread"] = float(attributes[_SPREAD])
    except ValueError as error:
        raise InputError("a model's record", str(error), path, _REMEDY) from error
    bounds = {"field microns": ("field_microns", FIELD_MICRONS), "microns per pixel": ("mpp", MPP)}
    for entry, (name, (least, most)) in bounds.items():
        value = known.get(name)
        if value is not None and not least <= value <= most:
            raise InputError(f"{entry} from {least} to {most}", str(value), path, _REMEDY)
    return known


def _greatest(config: object) -> float:
    """Return the greatest number in a model's description; units and sizes are among them.

    A layer of a billion units would take all memory before its weights are found to be missing.
    """
    if isinstance(config, dict | list):
        parts = config.values() if isinstance(config, dict) else config
        return max(map(_greatest, parts), default=0)
    if not isinstance(config, int | float):
        return 0
    return math.inf if config != config else config  # NaN would hide what is greater


def _stain(path: Path, options: ModelOptions, known: dict) -> StainTarget | None:
    if options.stain_values and not options.stain:
        raise InputError("--stain with --stain-values", "--stain-values alone")
    method = options.stain or known.get("stain")
    if method is None:
        found = "none among its attributes"
        raise InputError("the stain it was trained with", found, path, "Give --stain none.")
    if method == "none":
        return None
    values = options.stain_values or known.get("stain_values", "")
    target = StainTarget(method, values, known.get("stain_target", ""))
    target.check("--stain-values" if options.stain_values else path)
    return target
