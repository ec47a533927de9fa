"""The pictures that a run shows its network: resized, stain-normalised, with nuclei for windows."""

import argparse
import math
from dataclasses import dataclass

import numpy as np

from common.dataset import DataSet
from common.errors import InputError
from common.fields import Field
from common.nuclei import load_nuclei
from common.pictures import load_pictures, picture_digests, picture_size
from common.split import Split
from common.stains import StainTarget, find_target, normalised


@dataclass(frozen=True)
class Inputs:
    """What the network sees of each field.

    pictures: uint8 RGB, (fields, size, size, 3), memory-mapped. training_pictures: the same, or of
    twice the size if windows are cut from them; nuclei: then where the nuclei lie, as load_nuclei
    has them. stain: what all pictures have been brought to, and how many stayed as they were.
    digests: a hash of each picture as it was given. edge: of a field, px: the median over fields of
    the square root of the area.
    """

    pictures: np.ndarray
    training_pictures: np.ndarray
    nuclei: np.ndarray | None
    stain: StainTarget | None
    unchanged: int
    digests: list[bytes]
    edge: float


def read_inputs(
    options: argparse.Namespace, data_set: DataSet, fields: list[Field], split: Split
) -> Inputs:
    """Read the pictures as the options say. Raises InputError."""
    pictures = load_pictures(fields, options.image_size)
    digests = picture_digests(pictures)
    edge = float(np.median([math.prod(picture_size(f.picture)) ** 0.5 for f in fields]))
    training, nuclei = pictures, None
    if options.windows:
        if options.raters != "each":
            raise InputError("--windows with --raters each", f"--raters {options.raters}")
        training = load_pictures(fields, 2 * options.image_size)
        nuclei = load_nuclei(data_set, fields)
    if options.stain == "none":
        return Inputs(pictures, training, nuclei, None, 0, digests, edge)
    names = [field.name for field in fields]
    stain = find_target(options.stain, pictures, split.train, names)
    stained, unchanged = normalised(pictures, stain)
    training = normalised(training, stain)[0] if options.windows else stained
    return Inputs(stained, training, nuclei, stain, unchanged, digests, edge)
