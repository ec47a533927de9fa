"""The command line of the network scripts, as one typed value."""

from dataclasses import dataclass

from common.config.data_options import PictureOptions, SourceOptions, SplitOptions
from common.config.training_options import LearningOptions, MachineryOptions, ResultOptions
from common.data.counting_options import CountingOptions
from common.utils.cli import Parser, add_options, read_options


@dataclass(frozen=True)
class NetworkOptions:
    """All that a network script is given."""

    source: SourceOptions
    counting: CountingOptions
    pictures: PictureOptions
    split: SplitOptions
    machinery: MachineryOptions
    learning: LearningOptions
    results: ResultOptions


def parse_network_options(
    description: str | None, arguments: list[str] | None = None
) -> NetworkOptions:
    """Parse a network script's command line.

    Args:
        description: The script's docstring.
        arguments: None for those that the script was started with.

    Raises:
        InputError: An option is unknown or its value cannot be.
    """
    parser = Parser(description)
    add_options(parser, "data", SourceOptions, CountingOptions, PictureOptions)
    add_options(parser, "split", SplitOptions)
    add_options(parser, "training", MachineryOptions, LearningOptions)
    add_options(parser, "results", ResultOptions)
    given = parser.parse_args(arguments)
    return NetworkOptions(
        source=read_options(SourceOptions, given),
        counting=read_options(CountingOptions, given),
        pictures=read_options(PictureOptions, given),
        split=read_options(SplitOptions, given),
        machinery=read_options(MachineryOptions, given),
        learning=read_options(LearningOptions, given),
        results=read_options(ResultOptions, given),
    )
