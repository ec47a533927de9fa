"""Numbers that an option takes: what lies outside is refused before it takes memory or time."""

import argparse
import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """An argparse type: a number from `least` to `most`; --help tells both."""

    kind: type[int] | type[float]
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.least} to {self.most}"

    def __call__(self, text: str) -> float:
        """Convert an option's text. Raises ArgumentTypeError."""
        try:
            number = self.kind(text)
        except ValueError:
            number = math.nan
        if not self.least <= number <= self.most:  # NaN is not either
            whole = "whole " if self.kind is int else ""
            raise argparse.ArgumentTypeError(
                f"expected a {whole}number from {self}, found {text!r}"
            )
        return number


def whole_number(least: int, most: int) -> Range:
    """Make an argparse type for a whole number from `least` to `most`."""
    return Range(int, least, most)


def number(least: float, most: float) -> Range:
    """Make an argparse type for a number from `least` to `most`."""
    return Range(float, least, most)
