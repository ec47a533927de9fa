"""The figures of a cross-validation: agreement with intervals, spread over seeds, tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from common.cross_validation.intervals import interval_estimates
from common.cross_validation.pooled import Pooled
from common.metrics.agreement import Estimate, agreement
from common.metrics.paired import LEVEL, Difference, holm, paired_difference
from common.pages.page import Cell
from common.utils.errors import InputError


@dataclass(frozen=True)
class Answerer:
    """One way of answering for all fields of a split: a network in a folder, or a baseline.

    Attributes:
        name: For people.
        answers: float64, (runs, fields), 0 to 1; a row a seed.
        estimates: The mean of each metric over the seeds, by name, with its interval; half-width
            and measured coverage of the intervals of single answers among them.
        seed_maes: The MAE of each seed.
        averaged: Metrics of the mean of the seeds' answers; none with one seed.
        is_baseline: Whether no network answers.
    """

    name: str
    answers: np.ndarray
    estimates: dict[str, Estimate]
    seed_maes: list[float]
    averaged: dict[str, Estimate]
    is_baseline: bool

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
        comparisons: Of each two of them, one of which is a network.
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
    first = pooled[0]
    for one in pooled:
        same = list(one.fields) == list(first.fields) and np.array_equal(one.true, first.true)
        if not same:
            expected = f"the fields and densities of {first.label}"
            raise InputError(expected, "others", one.label)
    given = {name: answers[np.newaxis] for name, answers in first.baselines.items()}
    given |= {one.label: one.answers for one in pooled}
    answerers = [_answerer(name, answers, first) for name, answers in given.items()]
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


def _answerer(name: str, answers: np.ndarray, of: Pooled) -> Answerer:
    estimates = _estimates(answers, of)
    maes = np.abs(answers - of.true).mean(axis=1).tolist()
    averaged = _estimates(answers.mean(axis=0, keepdims=True), of) if len(answers) > 1 else {}
    return Answerer(name, answers, estimates, maes, averaged, name in of.baselines)


def _estimates(answers: np.ndarray, of: Pooled) -> dict[str, Estimate]:
    return agreement(of.true, answers, of.patients) | interval_estimates(answers, of)


def _comparisons(answerers: list[Answerer], of: Pooled) -> list[Comparison]:
    # A pair of baselines is nobody's question, and would cost the others power.
    pairs = [
        (one, other)
        for one, other in combinations(answerers, 2)
        if not (one.is_baseline and other.is_baseline)
    ]
    errors = {one.name: np.abs(one.answers - of.true).mean(axis=0) for one in answerers}
    found = [paired_difference(errors[a.name], errors[b.name], of.patients) for a, b in pairs]
    tested = [one.p for one in found]
    corrected = tested if None in tested else holm(tested)
    return [
        Comparison(a.name, b.name, difference, p)
        for (a, b), difference, p in zip(pairs, found, corrected, strict=True)
    ]


def figure_rows(figures: SplitFigures) -> list[dict[str, Cell]]:
    """Return the table of what answered: a row each, with intervals over patients."""
    return [row for one in figures.answerers for row in _rows(one)]


def _rows(one: Answerer) -> list[dict[str, Cell]]:
    return [
        {"answers": name, "seeds": len(one.answers)}
        | {metric: estimate.text() for metric, estimate in estimates.items()}
        | {"mae, SD over seeds": one.spread if estimates is one.estimates else None}
        for name, estimates in _told(one)
    ]


def _told(one: Answerer) -> list[tuple[str, dict[str, Estimate]]]:
    averaged = [(f"{one.name}, answers averaged", one.averaged)] if one.averaged else []
    return [(one.name, one.estimates), *averaged]


def number_rows(figures: SplitFigures) -> list[dict[str, Cell]]:
    """Return what figure_rows tells as numbers to compute with: a row a metric."""
    return [
        {"answers": name, "metric": metric, "value": of.value, "low": of.low, "high": of.high}
        for one in figures.answerers
        for name, estimates in _told(one)
        for metric, of in estimates.items()
    ]


def comparison_rows(figures: SplitFigures) -> list[dict[str, Cell]]:
    """Return the table of tests: a row a pair."""
    return [
        {
            "first": one.first,
            "second": one.second,
            "difference of mae": one.difference.value,
            "low": one.difference.low,
            "high": one.difference.high,
            "p (Holm)": one.p,
            "verdict": one.verdict,
        }
        for one in figures.comparisons
    ]
