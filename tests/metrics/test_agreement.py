"""Figures of agreement against pingouin, scipy and a count over all pairs; degenerate input."""

import itertools

import numpy as np
import pandas as pd
import pingouin
import pytest
from common.metrics.agreement import (
    AGREEMENT,
    UndefinedError,
    agreement,
    icc,
    kendall_tau_b,
    prediction_probability,
)
from common.metrics.counting_noise import counting_floor
from scipy import stats

RANDOM = np.random.default_rng(1)


def vectors() -> list[tuple[np.ndarray, np.ndarray]]:
    """Pairs of vectors that have all figures: random, tied, of two values, of length 3."""
    free = [(RANDOM.random(n), RANDOM.random(n)) for n in (3, 4, 10, 57, 300)]
    tied = [(RANDOM.integers(0, 4, 40) / 3, RANDOM.integers(0, 3, 40) / 2) for _ in range(5)]
    two = [(np.array([0.0, 0, 1, 1, 0]), np.array([0.2, 0.2, 0.9, 0.2, 0.9]))]
    close = [(base, base + RANDOM.normal(0, 0.05, 60)) for base in RANDOM.random((3, 60))]
    return [*free, *tied, *two, *close]


def pairs_counted(true: np.ndarray, predicted: np.ndarray) -> float:
    """Compute PK by looking at every pair."""
    score = pairs = 0.0
    for one, other in itertools.combinations(range(len(true)), 2):
        if true[one] == true[other]:
            continue
        pairs += 1
        order = (true[one] - true[other]) * (predicted[one] - predicted[other])
        score += 1.0 if order > 0 else 0.5 if order == 0 else 0.0
    return score / pairs


@pytest.mark.parametrize(("true", "predicted"), vectors())
def test_figures_equal_independent_ones(true: np.ndarray, predicted: np.ndarray) -> None:
    assert prediction_probability(true, predicted) == pytest.approx(pairs_counted(true, predicted))
    tau = stats.kendalltau(true, predicted, variant="b").statistic
    assert kendall_tau_b(true, predicted) == pytest.approx(tau)
    if len(true) < 5:
        return  # pingouin asks for five
    count = len(true)
    table = pd.DataFrame(
        {
            "field": [*range(count)] * 2,
            "rater": ["truth"] * count + ["network"] * count,
            "density": [*true, *predicted],
        }
    )
    result = pingouin.intraclass_corr(table, "field", "rater", "density").set_index("Type")
    row = next(name for name in result.index if name in ("ICC2", "ICC(A,1)"))
    assert icc(true, predicted) == pytest.approx(result.loc[row, "ICC"], abs=1e-9)


def test_icc_of_three_fields_by_hand() -> None:
    # Rows (0, 0.5), (0.5, 0.5), (1, 0.5): MS rows 0.25, columns 0, error 0.25.
    assert icc(np.array([0, 0.5, 1]), np.array([0.5, 0.5, 0.5])) == pytest.approx(0)


@pytest.mark.parametrize(
    ("true", "predicted", "undefined"),
    [
        ([0.5] * 5, [0.5] * 5, {"r2", "pearson_r", "icc", "kendall_tau_b", "pk"}),
        ([0.5] * 5, [0.1, 0.2, 0.3, 0.4, 0.5], {"r2", "pearson_r", "kendall_tau_b", "pk"}),
        ([0.1, 0.2, 0.3, 0.4, 0.5], [0.5] * 5, {"pearson_r", "kendall_tau_b"}),
        ([0.1, 0.2], [0.1, 0.3], {"r2", "pearson_r", "icc", "kendall_tau_b", "pk"}),
        ([0.1], [0.3], {"r2", "pearson_r", "icc", "kendall_tau_b", "pk"}),
        ([0, 0.5, 1], [0, 0.5, 1], set()),
    ],
)
def test_degenerate_input_gives_a_blank_with_a_reason(
    true: list[float], predicted: list[float], undefined: set[str]
) -> None:
    found = agreement(np.array(true), np.array(predicted), ["a", "b", "c", "d", "e"][: len(true)])
    assert {name for name, figure in found.items() if figure.value is None} == undefined
    assert all(figure.reason for figure in found.values() if figure.low is None)
    assert all(figure.value is None or np.isfinite(figure.value) for figure in found.values())


def test_interval_covers_the_true_value_as_often_as_it_says() -> None:
    # 200 studies of 30 patients of 3 fields, errors drawn with a known mean absolute value.
    covered = 0
    expected = 0.1 * np.sqrt(2 / np.pi)
    groups = np.repeat([f"p{at}" for at in range(30)], 3)
    for _ in range(200):
        errors = np.repeat(RANDOM.normal(0, 0.1, 30), 3)
        figure = agreement(np.full(90, 0.5), 0.5 + errors, groups, 200)["mae"]
        covered += figure.low <= expected <= figure.high
    assert 0.87 <= covered / 200 <= 0.99


def test_one_patient_has_no_interval() -> None:
    figure = agreement(RANDOM.random(9), RANDOM.random(9), ["one"] * 9)["mae"]
    assert (figure.low, figure.high) == (None, None)
    assert figure.reason == "no interval: fewer than two patients"


def test_counting_floor_equals_a_simulation() -> None:
    densities, totals = np.array([0.0, 0.1, 0.5, 0.93, 1.0]), np.array([5, 7, 30, 41, 12])
    drawn = RANDOM.binomial(totals, densities, (200_000, 5)) / totals
    mae, rmse = counting_floor(densities, totals).values()
    assert mae == pytest.approx(np.abs(drawn - densities).mean(), rel=0.01)
    assert rmse == pytest.approx(np.sqrt(((drawn - densities) ** 2).mean()), rel=0.01)


def test_every_undefined_figure_says_why() -> None:
    for name in set(AGREEMENT) - {"mae", "rmse"}:
        with pytest.raises(UndefinedError, match="fields, at least 3 are needed"):
            AGREEMENT[name](np.array([0.1]), np.array([0.1]))
