"""The command line of the network scripts, as one typed value."""

from dataclasses import dataclass

from common.config.data_options import DataOptions
from common.config.training_options import LearningOptions, MachineryOptions, ResultOptions
from common.utils.cli import option_group


@dataclass(frozen=True)
class NetworkOptions:
    """All that a network script is given."""

    data: DataOptions
    machinery: MachineryOptions = option_group("training")
    learning: LearningOptions = option_group("learning")
    results: ResultOptions = option_group("results")
