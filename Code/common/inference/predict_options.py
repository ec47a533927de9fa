"""The command line of Predict.py, as one typed value."""

from dataclasses import dataclass
from pathlib import Path

from common.data.counting_options import CountingOptions
from common.images.reading import MPP
from common.inference.model_file import ModelOptions
from common.utils.cli import argument, option, option_group
from common.utils.ranges import number


@dataclass(frozen=True)
class PredictOptions:
    """How pictures and slides are predicted."""

    output: Path = option(Path("Predictions"), "default: Predictions", type=Path)
    flips: bool = option(
        False,
        "average the eight turns and flips of each picture, and give their spread (standard "
        "deviation)",
    )
    labels: Path | None = option(
        None, "a labelled data set: adds its densities and evaluates", type=Path
    )
    include_training: bool = option(
        False, "of --labels, evaluate pictures as well that the model has seen in training"
    )
    slide_mpp: float | None = option(
        None, "microns per px of slides, whatever they say themselves", type=number(*MPP)
    )


@dataclass(frozen=True)
class PredictCommand:
    """All that Predict.py is given."""

    model: Path = argument("a best_model....h5", type=Path)
    pictures: list[Path] = argument("pictures, folders, slides", type=Path, nargs="+")
    options: PredictOptions = option_group("predictions")
    counting: CountingOptions = option_group("how the labels' nuclei are counted")
    known: ModelOptions = option_group("what the model file does not know")
