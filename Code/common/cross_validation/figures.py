"""The figures of a cross-validation: agreement with intervals, spread over seeds, tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from common.cross_validation.intervals import interval_estimates
from common.cross_validation.pooled import Pooled, Trained, baselines_of
from common.metrics.agreement import Estimate, agreement
from common.metrics.paired import LEVEL, Difference, holm, paired_difference
from common.utils.errors import InputError


@dataclass(frozen=True)
class Answerer:
    """What answers for all fields of a split: a trained network, or a baseline.

    Attributes:
        name: For people.
        trained: The network; None if a baseline answers.
        answers: float64, (runs, fields), 0 to 1; a row a seed.
        estimates: The mean of each metric over the seeds, by name, with its interval; half-width
            and measured coverage of the intervals of single answers among them.
        seed_maes: The MAE of each seed.
        averaged: Metrics of the mean of the seeds' answers; none with one seed.
    """

    name: str
    trained: Trained | None
    answers: np.ndarray
    estimates: dict[str, Estimate]
    seed_maes: list[float]
    averaged: dict[str, Estimate]

    @property
    def spread(self) -> float | None:
        """The standard deviation of the MAE over seeds; None with one seed."""
        return float(np.std(self.seed_maes, ddof=1)) if len(self.seed_maes) > 1 else None


@dataclass(frozen=True)
class Comparison:
    """A test of two ways of answering for the same fields.

    Attributes:
        first, second: Their names.
        difference: Of their mean absolute errors.
        p: Corrected for the number of comparisons; None with fewer than two patients.
    """

    first: str
    second: str
    difference: Difference
    p: float | None

    @property
    def verdict(self) -> str:
        """Which is better, if that can be told."""
        if self.p is None or self.p >= LEVEL:
            return "not distinguishable"
        return f"{self.first if self.difference.value < 0 else self.second} is better"


@dataclass(frozen=True)
class SplitFigures:
    """The figures of all that answered for the fields of one split.

    Attributes:
        split: One of SPLITS.
        fields, folds, seeds: How many.
        patients: How many; None if nobody knows it of all fields.
        answerers: The lowest MAE first.
        comparisons: Of networks with each baseline, and of those that one thing sets apart.
    """

    split: str
    fields: int
    patients: int | None
    folds: int
    seeds: int
    answerers: list[Answerer]
    comparisons: list[Comparison]

    @property
    def title(self) -> str:
        """What the figures are of, in a line."""
        patients = "unknown" if self.patients is None else self.patients
        counts = f"{self.folds} folds, {self.seeds} seeds, {self.fields} fields"
        return f"by {self.split}: {counts} of {patients} patients"


def figures_of(pooled: Sequence[Pooled]) -> list[SplitFigures]:
    """Compute the figures of each split.

    Args:
        pooled: Of all networks, folders and splits.

    Raises:
        InputError: Networks of one split have not answered for the same fields, or as labelled.
    """
    splits = dict.fromkeys(one.split for one in pooled)
    return [_of_split([one for one in pooled if one.split == split]) for split in splits]


def _of_split(pooled: list[Pooled]) -> SplitFigures:
    first, baselines = pooled[0], baselines_of(pooled)
    for one in pooled:
        same = list(one.fields) == list(first.fields) and np.array_equal(one.true, first.true)
        if not same:
            expected = f"the fields and densities of {first.trained}"
            raise InputError(expected, "others", str(one.trained))
    answerers = [_answerer(name, None, of[np.newaxis], first) for name, of in baselines.items()]
    answerers += [_answerer(str(one.trained), one.trained, one.answers, first) for one in pooled]
    answerers.sort(key=lambda one: one.estimates["mae"].value)
    return SplitFigures(
        split=first.split,
        fields=len(first.fields),
        patients=None if set(first.fields) & set(first.patients) else len(set(first.patients)),
        folds=len(set(first.folds.tolist())),
        seeds=len(first.seeds),
        answerers=answerers,
        comparisons=_comparisons(answerers, first),
    )


def _answerer(name: str, trained: Trained | None, answers: np.ndarray, of: Pooled) -> Answerer:
    estimates = _estimates(answers, of)
    maes = np.abs(answers - of.true).mean(axis=1).tolist()
    averaged = _estimates(answers.mean(axis=0, keepdims=True), of) if len(answers) > 1 else {}
    return Answerer(name, trained, answers, estimates, maes, averaged)


def _estimates(answers: np.ndarray, of: Pooled) -> dict[str, Estimate]:
    return agreement(of.true, answers, of.patients) | interval_estimates(answers, of)


def _comparisons(answerers: list[Answerer], of: Pooled) -> list[Comparison]:
    # Other pairs are nobody's question, and would cost these power.
    pairs = [pair for pair in combinations(answerers, 2) if _tells(*pair)]
    errors = {one.name: np.abs(one.answers - of.true).mean(axis=0) for one in answerers}
    found = [paired_difference(errors[a.name], errors[b.name], of.patients) for a, b in pairs]
    tested = [one.p for one in found]
    corrected = tested if None in tested else holm(tested)
    return [
        Comparison(a.name, b.name, difference, p)
        for (a, b), difference, p in zip(pairs, found, corrected, strict=True)
    ]


def _tells(one: Answerer, other: Answerer) -> bool:
    """Tell whether a difference is that of a network from a baseline, or of one thing changed."""
    if one.trained and other.trained:
        return one.trained.differs_in_one(other.trained)
    return one.trained is not other.trained
