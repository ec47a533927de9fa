"""Ways of training that a cross-validation compares: each has options beside those of all runs."""

import re
from collections.abc import Sequence

from common.config.network_options import NetworkOptions
from common.config.training_options import AUTO
from common.files.identity import digest
from common.study.jobs import check_fits_all
from common.utils.cli import parse
from common.utils.errors import InputError

_LONGEST = 100  # characters of a way in a folder's name
_UNFIT = re.compile(r"[^\w.+=,-]+")  # for the name of a folder


def network_options(rest: list[str], ways: Sequence[str]) -> NetworkOptions:
    """Return the options of the network scripts that all runs have.

    Args:
        rest: As they stand on the command line.
        ways: Of training; no option of theirs may be one that the cross-validation gives itself.

    Raises:
        InputError: An option is unknown, or cannot be that of all runs; or two ways are the same.
    """
    for way in ways:
        _check(parse(NetworkOptions, "", [*rest, *options_of(way)]))
    folders = [folder_of(way) for way in ways]
    if len(set(folders)) < len(folders):
        raise InputError("ways of training that differ", f"--vary {' '.join(ways)}")
    common = parse(NetworkOptions, "", rest)
    _check(common)
    return common


def options_of(way: str) -> list[str]:
    """Return the options of a way, "weights=painted,windows", as on a command line."""
    return [f"--{part}" for part in way.split(",") if part]


def folder_of(way: str) -> str:
    """Return what the folder of its runs is called after."""
    name = _UNFIT.sub("_", way)
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}-{digest(way.encode())}"


def _check(network: NetworkOptions) -> None:
    split = network.data.split
    check_fits_all(split.split == "first-1000", "--split", "--splits")
    check_fits_all(split.fold is None, "--fold", "--folds")
    check_fits_all(network.machinery.seed == 0, "--seed", "--seeds")
    number = "a number, of which Check_Machine.py tells whether it fits,"
    check_fits_all(network.machinery.batch_size != AUTO, "--batch-size auto", number)
    check_fits_all(network.results.output is None, "--output", "one --output")
