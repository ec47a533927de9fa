"""How well people agree on densities: what a network can be expected to reach.

Two people never label the same tissue alike. From the raw multi-rater files come the metrics of an
evaluation with one person's densities in place of the network's: against another person's, and
against the consensus of all the others, with everybody's nuclei, as `--raters consensus` has it.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import permutations
from operator import add
from pathlib import Path

import numpy as np

from common.data.fields import FieldOfView
from common.data.raters import RatedField, rated_fields
from common.metrics.agreement import Estimate, agreement
from common.nucls.counting import Counting
from common.nucls.dataset import DataSet, find_data_set
from common.utils.errors import InputError

COMPARED = ("two raters", "each with the consensus of the others")  # in evaluation.json
_TOLD = ("mae", "icc")  # on the terminal
_FIGURES = "figures"

Estimates = dict[str, Estimate]
Pair = tuple[float, float, str]  # true density, the one compared with it, patient


@dataclass(frozen=True)
class Rater:
    """How well one person agrees with the consensus of the others.

    Attributes:
        fields: How many they labelled that others labelled, too.
        estimates: AGREEMENT with intervals, by name.
    """

    fields: int
    estimates: Estimates


@dataclass(frozen=True)
class People:
    """How well the raters of some fields agree.

    Attributes:
        fields, patients: How many.
        between: AGREEMENT of two raters: over all pairs of a field, each in both orders.
        with_others: That of each rater with the consensus of the others, over all of them.
        raters: The same of each rater, by name.
    """

    fields: int
    patients: int
    between: Estimates
    with_others: Estimates
    raters: dict[str, Rater]

    @property
    def levels(self) -> dict[str, float]:
        """The mean absolute errors of people, by what they are of."""
        return {
            "two raters": self.between["mae"].value,
            "rater and consensus of the others": self.with_others["mae"].value,
        }

    def describe(self) -> list[str]:
        """Say it in a few lines."""
        maes = sorted((one.estimates["mae"].value, name) for name, one in self.raters.items())
        (lowest, best), (highest, worst) = maes[0], maes[-1]
        patients = f"{self.patients} patient{'s'[: self.patients != 1]}"
        told = f"{len(self.raters)} raters, {self.fields} fields of {patients}"
        return [
            f"  agreement of people ({told}):",
            f"    two raters: {_text(self.between)}",
            f"    each with the consensus of the others: {_text(self.with_others)}",
            f"    single raters with it: mae {lowest:.4f} ({best}) to {highest:.4f} ({worst})",
        ]

    def entries(self) -> dict[str, object]:
        """Return it for evaluation.json."""
        return {
            "fields": self.fields,
            "patients": self.patients,
            COMPARED[0]: _entries(self.between),
            COMPARED[1]: _entries(self.with_others),
            "raters": {
                name: {"fields": one.fields, _FIGURES: _entries(one.estimates)}
                for name, one in self.raters.items()
            },
        }


def find_people(
    multi_rater: Path | None,
    data_set: DataSet,
    fields: Sequence[FieldOfView],
    counting: Counting,
) -> People | None:
    """Compute how well people agree; None if there are no fields that two of them labelled.

    Args:
        multi_rater: Raw multi-rater files; None to take what several people labelled of `fields`.
        data_set: Of the fields.
        fields: That are evaluated.
        counting: Which nuclei count, and as what.

    Raises:
        InputError: The named files hold no field that two people labelled.
    """
    if multi_rater is None:
        names = {field.name for field in fields}
        rated = rated_fields(data_set, counting)
        return agreement_of_people([one for one in rated if names.intersection(one.names)])
    named = find_data_set(multi_rater, "Name the folder of the raters' files with --multi-rater.")
    people = agreement_of_people(rated_fields(named, counting))
    if people is None:
        remedy = "Name the raw multi-rater files, whose names begin with the rater (JP.1_#_...)."
        raise InputError("fields that two raters labelled", "none", named.root, remedy)
    return people


def agreement_of_people(fields: Sequence[RatedField]) -> People | None:
    """Compute how well the raters of fields agree; None without fields."""
    if not fields:
        return None
    names = sorted({name for field in fields for name in field.counts})
    of_rater = {name: [_with_others(field, name) for field in fields] for name in names}
    pairs = {name: [pair for pair in found if pair] for name, found in of_rater.items()}
    return People(
        fields=len(fields),
        patients=len({field.patient for field in fields}),
        between=_agreement(pair for field in fields for pair in _between(field)),
        with_others=_agreement(pair for found in pairs.values() for pair in found),
        raters={name: Rater(len(found), _agreement(found)) for name, found in pairs.items()},
    )


def _between(field: RatedField) -> list[Pair]:
    densities = [counts.density for counts in field.counts.values()]
    return [(one, other, field.patient) for one, other in permutations(densities, 2)]


def _with_others(field: RatedField, rater: str) -> Pair | None:
    """Compare a rater with the consensus of the others; None if they did not label the field."""
    if rater not in field.counts:
        return None
    others = reduce(add, (counts for name, counts in field.counts.items() if name != rater))
    return others.density, field.counts[rater].density, field.patient


def _agreement(pairs: Iterable[Pair]) -> Estimates:
    true, compared, patients = zip(*pairs, strict=True)
    return agreement(np.array(true), np.array(compared), patients)


def _text(estimates: Estimates) -> str:
    return ", ".join(f"{name} {estimates[name].text() or '-'}" for name in _TOLD)


def _entries(estimates: Estimates) -> dict[str, dict[str, object]]:
    return {name: dataclasses.asdict(one) for name, one in estimates.items()}
