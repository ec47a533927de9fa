"""A finished epoch of a run: its metrics on the training and on the validation fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.metrics.epoch_metrics import LOSS, NAMES, SPREAD, answers_alike

_OF_VALIDATION = "val_"
# The columns of a log, in their order.
EPOCH = "epoch"
COLUMNS = (
    EPOCH,
    "learning_rate",
    *NAMES,
    *(f"{_OF_VALIDATION}{name}" for name in NAMES),
    "seconds",
    "images_per_second",
)


@dataclass(frozen=True)
class Epoch:
    """A finished epoch.

    Attributes:
        number: From 1.
        learning_rate: At its end.
        training: Metrics by name, over its batches.
        validation: The same on the validation fields.
        seconds: That it took, validation included.
        images_per_second: Training pictures, validation excluded.
    """

    number: int
    learning_rate: float
    training: dict[str, float]
    validation: dict[str, float]
    seconds: float
    images_per_second: float

    @property
    def val_loss(self) -> float:
        """The loss on the validation fields, by which the best epoch is chosen."""
        return self.validation[LOSS]

    @property
    def answers_alike(self) -> bool:
        """Whether the answers to all validation fields are the same; False of older logs."""
        return SPREAD in self.validation and answers_alike(self.validation[SPREAD])

    @property
    def row(self) -> dict[str, float]:
        """The epoch by the names of the log's columns; without metrics that it does not have."""
        of_validation = {f"{_OF_VALIDATION}{name}": x for name, x in self.validation.items()}
        return {
            EPOCH: self.number,
            "learning_rate": self.learning_rate,
            **self.training,
            **of_validation,
            "seconds": self.seconds,
            "images_per_second": self.images_per_second,
        }


def split_metrics(values: Mapping[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """Part metrics into those of training and those of validation, which begin with `val_`."""
    training = {name: float(values[name]) for name in NAMES if name in values}
    validation = {
        name: float(values[f"{_OF_VALIDATION}{name}"])
        for name in NAMES
        if f"{_OF_VALIDATION}{name}" in values
    }
    return training, validation


def epoch_of_row(row: Mapping[str, float]) -> Epoch:
    """Read an epoch that `Epoch.row` wrote; metrics that it lacks were added to the table later.

    Raises:
        KeyError: A column is missing that every log has.
        ValueError: A value is no number.
    """
    training, validation = split_metrics(row)
    training[LOSS], validation[LOSS]  # every log has them: raises KeyError
    return Epoch(
        number=int(row[EPOCH]),
        learning_rate=float(row["learning_rate"]),
        training=training,
        validation=validation,
        seconds=float(row["seconds"]),
        images_per_second=float(row["images_per_second"]),
    )


def best_epoch(epochs: Sequence[Epoch]) -> Epoch:
    """Return the first epoch of the lowest val_loss.

    Raises:
        ValueError: There is no epoch.
    """
    return min(epochs, key=lambda epoch: epoch.val_loss)


def is_out_of_patience(epochs: Sequence[Epoch], patience: int | None) -> bool:
    """Tell whether the last `patience` epochs have brought nothing better."""
    if patience is None or not epochs:
        return False
    return epochs[-1].number - best_epoch(epochs).number >= patience
