"""What a model file knows about itself: its HDF5 attributes, which plain Keras passes over."""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import h5py

from common.errors import InputError
from common.options import Parser, positive
from common.stains import STAINS, StainTarget

_REMEDY = "Name a best_model....h5."
# Without it the answers would be wrong in silence; --mpp is wanted for slides alone.
_STAIN = "stain"


@dataclass(frozen=True)
class ModelFile:
    """A model file and what is needed to use it rightly.

    size: edge of its input, px. stain: what pictures are brought to first, None for nothing.
    field_microns: edge of the fields that it was trained with, None if nobody knows. synthetic:
    whether it was trained on a synthetic data set. facts: all attributes, as text.
    """

    path: Path
    size: int
    stain: StainTarget | None
    field_microns: float | None
    synthetic: bool
    facts: dict[str, str]

    @property
    def field_pixels(self) -> float | None:
        """The edge of the fields that it was trained with, px of their own pictures."""
        mpp = float(self.facts.get("microns per pixel", 0))
        return self.field_microns / mpp if self.field_microns and mpp else None


def add_model_options(options: Parser) -> None:
    """Add the options that stand in for what a model file does not know."""
    group = options.add_argument_group("what the model file does not know")
    group.add_argument("--stain", choices=STAINS, help="that it was trained with")
    group.add_argument(
        "--stain-values", metavar="JSON", help="the stain's target, as in the sheet `run` of a log"
    )
    group.add_argument(
        "--field-microns",
        type=positive,
        help="edge of the fields that it was trained with (NuCLS: about 60)",
    )


_NOT_GIVEN = argparse.Namespace(stain=None, stain_values=None, field_microns=None)


def read_model_file(path: Path, options: argparse.Namespace = _NOT_GIVEN) -> ModelFile:
    """Read a model file's attributes; options given by hand go before them.

    Says what is missing. Raises InputError if it is no model of one picture -> one density, and if
    nobody knows its stain.
    """
    shape, facts = _read(path)
    size = shape[1] if len(shape) == 4 and shape[1] == shape[2] and shape[3] == 3 else None
    if not isinstance(size, int):
        found = f"an input of {shape}"
        raise InputError("a model of square RGB pictures", found, path, _REMEDY)
    if options.stain_values and not options.stain:
        raise InputError("--stain with --stain-values", "--stain-values alone")
    method = options.stain or facts.get(_STAIN)
    if method is None:
        found = "none among its attributes"
        raise InputError("the stain it was trained with", found, path, "Give --stain none.")
    values = options.stain_values or facts.get("stain values", "")
    stain = None if method == "none" else StainTarget(method, values, facts.get("stain target", ""))
    if stain is not None:
        _check_values(stain, "--stain-values" if options.stain_values else path)
    microns = options.field_microns or float(facts.get("field microns", 0)) or None
    missing = [name for name in ("field microns", "split", "data set") if name not in facts]
    if missing:
        print(f"note: {path.name} does not know its {', '.join(missing)}")
    synthetic = facts.get("data", "").startswith("SYNTHETIC")
    return ModelFile(path, size, stain, microns, synthetic, facts)


def _read(path: Path) -> tuple[list[int | None], dict[str, str]]:
    """Read the shape of the input and the attributes of an .h5 file that Keras saved."""
    try:
        with h5py.File(path) as file:
            layers = json.loads(file.attrs["model_config"])["config"]["layers"]
            shape = layers[0]["config"].get("batch_shape") or []
            return shape, {name: str(value) for name, value in file.attrs.items()}
    except (OSError, KeyError, ValueError, TypeError, IndexError) as error:
        raise InputError("a whole model file", "none that can be read", path, _REMEDY) from error


def _check_values(stain: StainTarget, place: Path | str) -> None:
    try:
        stain.normaliser()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        found = "none that can be used"
        remedy = "Give --stain-values with the sheet `run`'s."
        raise InputError(f"the values of {stain.method}'s target", found, place, remedy) from error
