"""The command line of the search, as one typed value."""

from dataclasses import dataclass
from pathlib import Path

from common.config.data_options import DataOptions
from common.config.training_options import MOST_EPOCHS, MachineryOptions
from common.models.architecture import NETWORKS
from common.utils.cli import option, option_group, to_arguments
from common.utils.ranges import whole_number

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
        type=whole_number(1, 10_000),
    )
    epochs: int = option(20, "default: 20", type=whole_number(1, MOST_EPOCHS))
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

    data: DataOptions
    machinery: MachineryOptions = option_group("training")
    tuner: TunerOptions = option_group("search")

    @property
    def of_runs(self) -> list[str]:
        """The command line of what a run of the best setting shares with the search."""
        sample = self.data.source.sample
        return to_arguments(self.data, sample=sample) + to_arguments(self.machinery, sample=sample)
