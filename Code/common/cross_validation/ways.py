"""Ways of training that a cross-validation compares: each has options beside those of all runs."""

import re
from collections.abc import Sequence
from dataclasses import fields

from common.config.data_options import PictureOptions
from common.config.network_options import NetworkOptions
from common.config.training_options import AUTO, LearningOptions, MachineryOptions
from common.files.identity import digest
from common.study.jobs import check_fits_all
from common.utils.cli import parse
from common.utils.errors import InputError
from common.utils.names import did_you_mean

# What they may differ in; the seed is the cross-validation's own.
_GROUPS = (PictureOptions, MachineryOptions, LearningOptions)
_NAMES = {one.name.replace("_", "-") for group in _GROUPS for one in fields(group)} - {"seed"}
_LONGEST = 40  # characters of a way in a folder's name: Windows takes paths of 260
_UNFIT = re.compile(r"[^\w.+=,-]+")  # for the name of a folder


def network_options(rest: list[str], ways: Sequence[str]) -> NetworkOptions:
    """Return the options of the network scripts that all runs have.

    Args:
        rest: As they stand on the command line.
        ways: Of training.

    Raises:
        InputError: An option is unknown, or cannot be that of all runs or of a way; or two ways
            are the same.
    """
    common = parse(NetworkOptions, "", rest)
    split = common.data.split
    check_fits_all(split.split == "first-1000", "--split", "--splits")
    check_fits_all(split.fold is None, "--fold", "--folds")
    check_fits_all(common.machinery.seed == 0, "--seed", "--seeds")
    check_fits_all(common.results.output is None, "--output", "one --output")
    made: list[NetworkOptions] = []
    for way in ways:
        options = _parsed(rest, way)
        number = "a number, of which Check_Machine.py tells whether it fits,"
        check_fits_all(options.machinery.batch_size != AUTO, "--batch-size auto", number)
        if options in made:
            found = f"{told(ways[made.index(options)])} and {told(way)}, which are the same"
            raise InputError("--vary of ways of training that differ", found)
        made.append(options)
    return common


def _parsed(rest: list[str], way: str) -> NetworkOptions:
    try:
        return parse(NetworkOptions, "", [*rest, *options_of(way)])
    except InputError as error:
        expected, found, _, remedy = error.args
        raise InputError(expected, found, f"--vary {way}", remedy) from error


def ways_of(vary: Sequence[str]) -> Sequence[str]:
    """Return the ways to compare: one alone is compared with the options as they are."""
    return ("", *vary) if len(vary) == 1 else vary or ("",)


def told(way: str) -> str:
    """Return a way for messages."""
    return way or "the options as they are"


def options_of(way: str) -> list[str]:
    """Return the options of a way, "weights=painted,windows", as on a command line.

    Raises:
        InputError: One is not of pictures, training or learning, or is there twice.
    """
    parts = [part for part in way.split(",") if part]
    names = [part.partition("=")[0] for part in parts]
    for name in names:
        if name not in _NAMES:
            expected = "options of pictures, training and learning with commas between them"
            raise InputError(expected, name, do=did_you_mean(name, _NAMES))
        if names.count(name) > 1:
            raise InputError("each option once", f"{name} {names.count(name)} times")
    return [f"--{part}" for part in parts]


def folder_of(way: str) -> str:
    """Return what the folder of its runs is called after: of another way, by any spelling, not."""
    name = _UNFIT.sub("_", way)[:_LONGEST]
    return name if name == way.casefold() else f"{name}-{digest(way.encode())}"
