"""The command line of the search, as one typed value."""

from dataclasses import dataclass
from pathlib import Path

from common.config.data_options import PictureOptions, SourceOptions, SplitOptions
from common.config.training_options import MachineryOptions
from common.data.counting_options import CountingOptions
from common.models.architecture import NETWORKS
from common.utils.cli import Parser, add_options, option, read_options, to_arguments, whole_number

TUNERS = ("bayesian", "hyperband", "random")
_WITHOUT_FREEZING = tuple(network.script for network in NETWORKS if not network.frozen)


@dataclass(frozen=True)
class TunerOptions:
    """What is searched, how long, and what becomes of the best setting."""

    network: str = option("Res50", "default: Res50", choices=_WITHOUT_FREEZING)
    tuner: str = option("bayesian", "default: bayesian", choices=TUNERS)
    trials: int = option(
        30,
        "how many in all, those of earlier starts among them (default: 30); hyperband derives it "
        "from --epochs",
        type=whole_number(1),
    )
    epochs: int = option(20, "default: 20", type=whole_number(1))
    output: Path | None = option(None, "instead of my_dir (--sample: my_dir/Sample)", type=Path)
    make_folder: bool = option(False, "make the best setting's folder")
    train_best: bool = option(
        False,
        "make that folder and train the best setting in it for 100 epochs; its models are also "
        "put into Res50/ (or the network's name) at the top level",
    )


@dataclass(frozen=True)
class SearchOptions:
    """All that the search is given."""

    source: SourceOptions
    counting: CountingOptions
    pictures: PictureOptions
    split: SplitOptions
    machinery: MachineryOptions
    tuner: TunerOptions

    @property
    def of_runs(self) -> list[str]:
        """The command line of what a run of the best setting shares with the search."""
        shared = (self.source, self.counting, self.pictures, self.split, self.machinery)
        return [text for part in shared for text in to_arguments(part, sample=self.source.sample)]


def parse_search_options(
    description: str | None, arguments: list[str] | None = None
) -> SearchOptions:
    """Parse the search's command line.

    Args:
        description: The script's docstring.
        arguments: None for those that the script was started with.

    Raises:
        InputError: An option is unknown or its value cannot be.
    """
    parser = Parser(description)
    add_options(parser, "data", SourceOptions, CountingOptions, PictureOptions)
    add_options(parser, "split", SplitOptions)
    add_options(parser, "training", MachineryOptions)
    add_options(parser, "search", TunerOptions)
    given = parser.parse_args(arguments)
    return SearchOptions(
        source=read_options(SourceOptions, given),
        counting=read_options(CountingOptions, given),
        pictures=read_options(PictureOptions, given),
        split=read_options(SplitOptions, given),
        machinery=read_options(MachineryOptions, given),
        tuner=read_options(TunerOptions, given),
    )
