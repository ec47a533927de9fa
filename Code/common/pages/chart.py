"""Curves over whole numbers, as an SVG within a page: sharp at any size, light and dark.

Levels, as those of baselines, are lines across. The legend below has a box for each, by which it
is hidden and shown (the script of every page, pages.page).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import chain
from math import isfinite

from matplotlib.ticker import MaxNLocator

from common.files.figures import COLOURS

_OTHERS = "#8888"
_DASHES = ("7 4", "2 3", "9 3 2 3", "14 4", "4 8", "1 6")  # of levels
_WIDTH, _HEIGHT = 460, 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 8, 10, 42  # margins
STYLE = """
.charts { display: grid; gap: 0 2rem; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)) }
.chart { margin: 1rem 0; max-width: 36rem }
.chart svg { width: 100%; height: auto; display: block; overflow: visible }
.chart text { fill: currentColor; font-size: 14px }
.chart .grid { stroke: #8884; stroke-width: 1 }
.chart polyline, .chart .level { fill: none; stroke-width: 1.8 }
.chart .level { stroke: currentColor; stroke-width: 1.3 }
.chart .dot { fill: transparent }
.chart .mark { stroke: currentColor }
.chart figcaption { font-size: .9rem; font-weight: 600 }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1rem; font-size: .85rem; margin: .3rem 0 0 }
.legend label { display: inline-flex; align-items: center; gap: .35rem; cursor: pointer }
.legend svg { width: 28px; height: 10px; flex: none }
"""


@dataclass(frozen=True)
class Curve:
    """A curve of a chart.

    Attributes:
        name: In the legend.
        points: Whole numbers and values; what is not finite is left out.
        marked: The number whose point gets a dot; None for none.
        colour: Its place among the colours; None for one of many in grey, without a legend.
    """

    name: str
    points: Sequence[tuple[int, float]]
    marked: int | None = None
    colour: int | None = 0

    @property
    def finite(self) -> list[tuple[int, float]]:
        """The points that can be drawn."""
        return [(at, value) for at, value in self.points if isfinite(value)]


@dataclass(frozen=True)
class Chart:
    """Curves over epochs.

    Attributes:
        title: Above it: the values, and what they are of.
        curves: In their order, those in grey behind the others.
        levels: Lines across, by name.
    """

    title: str
    curves: Sequence[Curve]
    levels: Mapping[str, float] = field(default_factory=dict)

    def to_html(self) -> str:
        """Return it as a part of a page; nothing to draw gives a line that says so."""
        points = list(chain.from_iterable(curve.finite for curve in self.curves))
        if not points:
            return f"<p>{escape(self.title)}: no finite values to draw</p>"
        levels = {name: level for name, level in self.levels.items() if isfinite(level)}
        scale = _Scale(points, list(levels.values()))
        drawn = [_curve(at, curve, scale) for at, curve in _behind_first(self.curves)]
        drawn += [_level(at, one, scale) for at, one in enumerate(levels.items())]
        return "\n".join(
            [
                f'<figure class="chart"><figcaption>{escape(self.title)}</figcaption>',
                f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
                f"<title>{escape(self.title)}</title>",
                *scale.axes(),
                *drawn,
                f'</svg><div class="legend">{"".join(_legend(self.curves, levels))}</div></figure>',
            ]
        )


def beside(charts: Iterable[Chart]) -> str:
    """Return charts beside each other, where there is room."""
    return f'<div class="charts">{"".join(chart.to_html() for chart in charts)}</div>'


class _Scale:
    """From epochs and values to the place in the picture."""

    def __init__(self, points: Sequence[tuple[int, float]], levels: Sequence[float]) -> None:
        epochs = [at for at, _ in points]
        values = [*(value for _, value in points), *levels]
        low, high = min(values), max(values)
        low = 0.0 if 0 <= low < high / 2 else low
        self._ticks = MaxNLocator(5).tick_values(low, high if high > low else low + 1)
        self._epochs = (min(epochs), max(max(epochs), min(epochs) + 1))
        self._values = (self._ticks[0], self._ticks[-1])

    def x(self, epoch: float) -> float:
        first, last = self._epochs
        return _LEFT + (epoch - first) / (last - first) * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        low, high = self._values
        return _HEIGHT - _BOTTOM - (value - low) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)

    def axes(self) -> list[str]:
        lines = []
        for tick in self._ticks:
            y = self.y(tick)
            lines.append(f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>')
            place = f'x="{_LEFT - 5}" y="{y + 4:.1f}" text-anchor="end"'
            lines.append(f"<text {place}>{tick:.6g}</text>")
        for epoch in MaxNLocator(8, integer=True).tick_values(*self._epochs):
            if self._epochs[0] <= epoch <= self._epochs[1]:
                place = f'x="{self.x(epoch):.1f}" y="{_HEIGHT - _BOTTOM + 17}"'
                lines.append(f'<text {place} text-anchor="middle">{epoch:.0f}</text>')
        middle = (_WIDTH + _LEFT - _RIGHT) / 2
        place = f'x="{middle}" y="{_HEIGHT - 6}" text-anchor="middle"'
        return [*lines, f"<text {place}>Epoch</text>"]


def _behind_first(curves: Sequence[Curve]) -> list[tuple[int, Curve]]:
    return sorted(enumerate(curves), key=lambda one: one[1].colour is not None)


def _curve(at: int, curve: Curve, scale: _Scale) -> str:
    stroke = _stroke(curve)
    points = " ".join(f"{scale.x(x):.1f},{scale.y(y):.1f}" for x, y in curve.finite)
    parts = [f'<polyline points="{points}" {stroke}><title>{escape(curve.name)}</title></polyline>']
    for x, y in curve.finite if curve.colour is not None else ():
        told = f"<title>{escape(curve.name)}, epoch {x}: {y:.4f}</title>"
        place = f'cx="{scale.x(x):.1f}" cy="{scale.y(y):.1f}"'
        if x == curve.marked:
            colour = _colour(curve.colour)
            parts.append(f'<circle class="mark" {place} r="5" fill="{colour}">{told}</circle>')
        else:
            parts.append(f'<circle class="dot" {place} r="6">{told}</circle>')
    return f'<g data-line="curve{at}">{"".join(parts)}</g>'


def _level(at: int, level: tuple[str, float], scale: _Scale) -> str:
    name, value = level
    path = f"M{_LEFT} {scale.y(value):.1f}H{_WIDTH - _RIGHT}"
    told = f"<title>{escape(name)}: {value:.4f}</title>"
    dash = f'stroke-dasharray="{_DASHES[at % len(_DASHES)]}"'
    return f'<g data-line="level{at}"><path class="level" d="{path}" {dash}>{told}</path></g>'


def _stroke(curve: Curve) -> str:
    if curve.colour is None:
        return f'stroke="{_OTHERS}"'
    again = curve.colour // len(COLOURS)
    dash = f' stroke-dasharray="{_DASHES[(again - 1) % len(_DASHES)]}"' if again else ""
    return f'stroke="{_colour(curve.colour)}"{dash}'


def _colour(at: int) -> str:
    return COLOURS[at % len(COLOURS)]


def _legend(curves: Sequence[Curve], levels: Mapping[str, float]) -> list[str]:
    entries = []
    for at, curve in enumerate(curves):
        if curve.colour is not None:
            entries.append(_entry(f"curve{at}", curve.name, _stroke(curve)))
    for at, (name, value) in enumerate(levels.items()):
        dash = f'stroke="currentColor" stroke-dasharray="{_DASHES[at % len(_DASHES)]}"'
        entries.append(_entry(f"level{at}", f"{name} {value:.4f}", dash))
    return entries


def _entry(line: str, name: str, stroke: str) -> str:
    sign = f'<svg viewBox="0 0 28 10"><path d="M0 5H28" stroke-width="2" {stroke}/></svg>'
    box = f'<input type="checkbox" data-shows="{line}" checked>'
    return f"<label>{box}{sign}{escape(name)}</label>"
