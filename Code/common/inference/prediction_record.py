"""How predictions were made: all that the answers of a model depend on."""

from dataclasses import dataclass

from common.inference.model_file import ModelFile
from common.metrics.conformal import Calibration
from common.utils.entries import entry


@dataclass(frozen=True)
class PredictionRecord:
    """How predictions were made; kept beside them in JSON.

    Attributes:
        model, content: The model file's name, and a short hash of its content.
        synthetic: Whether it was trained on a synthetic data set.
        stain, stain_values: What pictures are brought to first.
        flips: Whether eight turns and flips were averaged.
        answers_alike: Whether the model answers the same whatever it is shown.
        calibration: The interval of the answers; None if none is known of answers made like this.
        precision: As it was asked for, "auto" or "float32".
        network, data_set, split, seed, version: Of the model's training, where known.
    """

    model: str = entry("model")
    content: str = entry("model's content")
    synthetic: bool = entry("synthetic data")
    stain: str = entry("stain")
    stain_values: str = entry("stain values")
    flips: bool = entry("flips averaged")
    network: str | None = entry("model's network", optional=True)
    data_set: str | None = entry("model's data set", optional=True)
    split: str | None = entry("model's split", optional=True)
    seed: int | None = entry("model's seed", optional=True)
    version: str | None = entry("model's version", optional=True)
    calibration: Calibration | None = None
    answers_alike: bool = entry("model answers alike", default=False)
    precision: str = entry("precision asked", default="float32")


def interval_texts(calibration: Calibration | None, density: float) -> tuple[str, str]:
    """Write the ends of the interval around a density for a table; empty where none is known."""
    if calibration is None:
        return "", ""
    low, high = calibration.ends(density)
    return f"{low:.6f}", f"{high:.6f}"


def record_predictions(
    file: ModelFile, flips: bool, answers_alike: bool, precision: str
) -> PredictionRecord:
    """Return the record of predictions that a model makes."""
    return PredictionRecord(
        model=file.path.name,
        content=file.digest,
        synthetic=file.synthetic,
        stain=file.stain.method if file.stain else "none",
        stain_values=file.stain.values if file.stain else "none",
        flips=flips,
        network=file.network,
        data_set=file.data_set,
        split=file.split,
        seed=file.seed,
        version=file.version,
        calibration=None if flips else file.calibration,  # which is of answers to single views
        answers_alike=answers_alike,
        precision=precision,
    )
