"""Charts of pages: where lines lie, whole numbers below, what cannot be drawn."""

import re
from math import inf, nan

import pytest
from common.pages.chart import Chart, Curve


def test_points_and_levels_lie_where_the_axis_says() -> None:
    points = [(1, 0.4), (2, 0.3), (4, 0.1)]
    page = Chart("MAE", [Curve("network", points, 4)], {"mean": 0.2}).to_html()
    ticks = {
        float(value): float(y) - 4  # text stands a little below its line
        for y, value in re.findall(r'y="([\d.]+)" text-anchor="end">([\d.]+)<', page)
    }
    (low, bottom), (high, top) = min(ticks.items()), max(ticks.items())

    def place(value: float) -> float:
        return bottom + (value - low) / (high - low) * (top - bottom)

    (drawn,) = re.findall(r'<polyline points="([^"]+)"', page)
    xs, ys = zip(*(map(float, one.split(",")) for one in drawn.split()), strict=True)
    assert ys == pytest.approx([place(y) for _, y in points], abs=0.11)
    assert (xs[1] - xs[0]) * 2 == pytest.approx(xs[2] - xs[1], abs=0.2)
    (level,) = re.findall(r'class="level" d="M\d+ ([\d.]+)H', page)
    assert float(level) == pytest.approx(place(0.2), abs=0.11)


@pytest.mark.parametrize("last", [1, 2, 3, 7, 50, 1000])
def test_epochs_are_whole_numbers(last: int) -> None:
    points = [(at, 1 / at) for at in range(1, last + 1)]
    page = Chart("MAE", [Curve("network", points)]).to_html()
    shown = re.findall(r'text-anchor="middle">([^<]+)<', page)[:-1]  # the last names the axis
    assert shown
    assert all(re.fullmatch(r"\d+", one) for one in shown)
    assert len(shown) <= 12


def test_what_is_not_finite_is_left_out() -> None:
    curve = Curve("network", [(1, nan), (2, 0.5), (3, inf)])
    page = Chart("MAE", [curve], {"mean": nan}).to_html()
    assert "nan" not in page
    assert "inf" not in page
    assert 'class="level"' not in page
    assert "no finite values" in Chart("MAE", [Curve("network", [(1, nan)])]).to_html()


def test_names_are_escaped() -> None:
    page = Chart("<b>", [Curve("<i>", [(1, 0.5)])], {"<u>": 0.1}).to_html()
    assert not re.search("<[biu]>", page)
