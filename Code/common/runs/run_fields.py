"""The fields of view of a run: what each was for, and what was answered for those that validate."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from common.nucls.counting import Counts

NETWORK = "network"  # of the chosen epoch
_COLUMNS = ("field of view", "patient", "density")


class Side(str, enum.Enum):
    """What a field of view was for in a run."""

    TRAIN = "train"
    CHOICE = "chooses epoch"
    VALIDATION = "validation"


@dataclass(frozen=True)
class SplitField:
    """A field of view as a log keeps it.

    Attributes:
        name: Its name.
        side: What it was for.
        counts: Its nuclei.
    """

    name: str
    side: Side
    counts: Counts


@dataclass(frozen=True)
class Answers:
    """The answers for a run's validation fields.

    Attributes:
        fields: Their names.
        patients: Of each field; a field of which nobody knows it stands for itself.
        true: Their densities, float64, (fields,), 0 to 1.
        by: Answers by what gave them, the network first: float64, (fields,), 0 to 1.
    """

    fields: Sequence[str]
    patients: Sequence[str]
    true: np.ndarray
    by: dict[str, np.ndarray]

    @property
    def patient_count(self) -> int | None:
        """How many patients the fields are of; None if nobody knows it of all."""
        return None if set(self.fields) & set(self.patients) else len(set(self.patients))

    def rows(self) -> list[tuple[str | float, ...]]:
        """Return them as a table with its head: name, patient, density, each answer."""
        numbers = [column.tolist() for column in (self.true, *self.by.values())]
        head = (*_COLUMNS, *self.by)
        return [head, *zip(self.fields, self.patients, *numbers, strict=True)]


def answers_of_rows(rows: Sequence[tuple]) -> Answers:
    """Read what `rows` gave.

    Raises:
        ValueError: They are no such table.
    """
    head, *below = rows
    if head[: len(_COLUMNS)] != _COLUMNS or not below:
        raise ValueError("no table of answers")
    fields, patients, *numbers = zip(*below, strict=True)
    try:
        true, *answers = (np.array(column, float) for column in numbers)
    except TypeError as error:  # an empty cell
        raise ValueError(str(error)) from error
    by = dict(zip(head[len(_COLUMNS) :], answers, strict=True))
    return Answers([str(name) for name in fields], [str(name) for name in patients], true, by)
