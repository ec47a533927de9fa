"""Figures taken in turns, and the ratio of each pair."""

from collections.abc import Callable
from statistics import median


class Pairs:
    """Take figure a, figure b, a, b, ...; each call must return a number above 0."""

    def __init__(self, count: int, a: Callable[[], float], b: Callable[[], float]) -> None:
        self.pairs = [(a(), b()) for _ in range(count)]

    def print(self, what: str, unit: str) -> None:
        """Print the median ratio a / b with its spread, and both medians."""
        ratios = [a / b for a, b in self.pairs]
        medians = (median(figures) for figures in zip(*self.pairs, strict=True))
        print(
            f"{what}: {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}), "
            f"{' against '.join(f'{figure:.3g}' for figure in medians)} {unit}",
            flush=True,
        )
