"""A finished epoch of a run: its metrics on the training and on the validation fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from common.metrics.epoch_metrics import LOSS, NAMES, SPREAD, answers_alike

_OF_VALIDATION = "val_"
# Metrics that are kept of the fields which choose the epoch, and their columns.
_CHOICE_COLUMNS = {LOSS: "choice_loss", "mae": "choice_mae"}
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
        choice: Loss and MAE on the fields that choose the epoch; none where the validation fields
            choose it.
    """

    number: int
    learning_rate: float
    training: dict[str, float]
    validation: dict[str, float]
    seconds: float
    images_per_second: float
    choice: dict[str, float] = field(default_factory=dict)

    @property
    def val_loss(self) -> float:
        """The loss on the validation fields."""
        return self.validation[LOSS]

    @property
    def choosing_loss(self) -> float:
        """The loss by which the best epoch is chosen."""
        return self.choice.get(LOSS, self.val_loss)

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
            **{_CHOICE_COLUMNS[name]: x for name, x in self.choice.items()},
            "seconds": self.seconds,
            "images_per_second": self.images_per_second,
        }


def columns_of(epochs: Sequence[Epoch]) -> tuple[str, ...]:
    """Return the columns of a log of epochs, in their order."""
    choice = _CHOICE_COLUMNS.values() if any(epoch.choice for epoch in epochs) else ()
    return (*COLUMNS[:-2], *choice, *COLUMNS[-2:])


def choice_metrics(values: Mapping[str, float]) -> dict[str, float]:
    """Take those metrics that are kept of the fields which choose the epoch."""
    return {name: values[name] for name in _CHOICE_COLUMNS}


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
    choice = {name: float(row[key]) for name, key in _CHOICE_COLUMNS.items() if key in row}
    return Epoch(
        number=int(row[EPOCH]),
        learning_rate=float(row["learning_rate"]),
        training=training,
        validation=validation,
        seconds=float(row["seconds"]),
        images_per_second=float(row["images_per_second"]),
        choice=choice,
    )


def best_epoch(epochs: Sequence[Epoch]) -> Epoch:
    """Return the first epoch of the lowest loss on the fields that choose it.

    Raises:
        ValueError: There is no epoch.
    """
    return min(epochs, key=lambda epoch: epoch.choosing_loss)


def lowest_epoch(epochs: Sequence[Epoch]) -> Epoch:
    """Return the first epoch of the lowest val_loss, on whatever fields the best is chosen.

    Raises:
        ValueError: There is no epoch.
    """
    return min(epochs, key=lambda epoch: epoch.val_loss)


def is_out_of_patience(epochs: Sequence[Epoch], patience: int | None) -> bool:
    """Tell whether the last `patience` epochs have brought nothing better."""
    if patience is None or not epochs:
        return False
    return epochs[-1].number - best_epoch(epochs).number >= patience
