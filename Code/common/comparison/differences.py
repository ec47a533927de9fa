"""Which runs of a block differ from its best: tested on the same fields."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from common.metrics.paired import LEVEL, Difference, holm, paired_difference
from common.runs.run_fields import NETWORK, Answers


@dataclass(frozen=True)
class ToBest:
    """A run's mean absolute error compared with that of the best run.

    Attributes:
        difference: Its MAE minus the best's.
        p: Corrected for the number of runs that are compared.
    """

    difference: Difference
    p: float

    @property
    def distinguishable(self) -> bool:
        """Whether the difference can be told from chance."""
        return self.p < LEVEL

    def text(self) -> str:
        """Write the difference for a table."""
        one = self.difference
        return f"{one.value:+.4f} ({one.low:+.4f} to {one.high:+.4f})"


def differences_to_best(answers: Sequence[Answers | None]) -> list[ToBest | None]:
    """Compare the runs of a block with the first of them.

    Args:
        answers: Of the runs, the best first; None where they are not known.

    Returns:
        Of each run; None of the best, and of those whose answers are not known, or are of fewer
        than two patients.
    """
    if not answers:
        return []
    best, *others = answers
    found = [_difference(one, best) for one in others]
    corrected = iter(holm([one.p for one in found if one]))
    return [None, *(ToBest(one, next(corrected)) if one else None for one in found)]


def _difference(one: Answers | None, best: Answers | None) -> Difference | None:
    if one is None or best is None or list(one.fields) != list(best.fields):
        return None
    errors = [np.abs(answers.by[NETWORK] - best.true) for answers in (one, best)]
    difference = paired_difference(*errors, best.patients)
    return None if difference.p is None else difference
