"""Numbers that an option takes: what lies outside is refused before it takes memory or time."""

import argparse
import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """An argparse type: a number from `least` to `most`, or a word; --help tells them."""

    kind: type[int] | type[float]
    least: float
    most: float
    word: str = ""

    def __str__(self) -> str:
        return f"{self.least} to {self.most}" + (f", or {self.word}" if self.word else "")

    def __call__(self, text: str) -> float | str:
        """Convert an option's text. Raises ArgumentTypeError."""
        if self.word and text == self.word:
            return text
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


def whole_number(least: int, most: int, word: str = "") -> Range:
    """Make an argparse type for a whole number from `least` to `most`, or a word in its place."""
    return Range(int, least, most, word)


def number(least: float, most: float) -> Range:
    """Make an argparse type for a number from `least` to `most`."""
    return Range(float, least, most)
