"""The options that all network scripts share."""

import argparse
from pathlib import Path

from common.architecture import Architecture
from common.option_groups import (
    IMAGE_SIZE,
    SAMPLE_EPOCHS,
    SAMPLE_IMAGE_SIZE,
    add_data,
    add_pictures,
    add_split,
    add_training,
)
from common.options import Parser, whole_number


def parse(
    network: Architecture, description: str, arguments: list[str] | None = None
) -> argparse.Namespace:
    """Parse a network script's command line; raises InputError.

    Defaults that depend on --sample are settled here, those that depend on the learning-rate
    folder (epochs) are left None.
    """
    return settle(parser(network, description).parse_args(arguments))


def settle(options: argparse.Namespace) -> argparse.Namespace:
    """Settle the defaults that depend on --sample."""
    if options.image_size is None:
        options.image_size = SAMPLE_IMAGE_SIZE if options.sample else IMAGE_SIZE
    if options.epochs is None and options.sample:
        options.epochs = SAMPLE_EPOCHS
    if options.weights is None:
        options.weights = "none" if options.sample else "imagenet"
    return options


def parser(network: Architecture, description: str) -> Parser:
    """Describe the command line of a network script."""
    options = Parser(description)
    data = options.add_argument_group("data")
    add_data(data)
    add_pictures(data)
    add_split(options.add_argument_group("split"))
    add_training(options.add_argument_group("training"))
    _add_results(options.add_argument_group("results"), network)
    return options


def _add_results(results: argparse._ArgumentGroup, network: Architecture) -> None:
    results.add_argument(
        "--folder",
        type=Path,
        help="the learning-rate folder; the scripts inside those folders give it themselves",
    )
    results.add_argument(
        "--output",
        type=Path,
        help="folder that receives Graphs/, Log_Files/, Models/ (default: the learning-rate "
        "folder; with --sample its Sample/)",
    )
    results.add_argument(
        "--again",
        action="store_true",
        help=f"keep the results of earlier runs of {network.results} and add a run beside them: "
        "log1.xlsx, loss-run1.png, best_model...-run1.h5",
    )
    results.add_argument(
        "--keep-best",
        type=whole_number(1),
        metavar="N",
        help="keep only the newest N model files of the run (default: all)",
    )
