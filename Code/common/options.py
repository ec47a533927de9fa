"""Command-line options: a parser whose errors read like all others, and checked types."""

import argparse
import math
from collections.abc import Callable
from typing import NoReturn

from common.errors import InputError


class Parser(argparse.ArgumentParser):
    """ArgumentParser that keeps a docstring's layout in --help and raises InputError."""

    def __init__(self, description: str | None) -> None:
        super().__init__(
            description=description,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def error(self, message: str) -> NoReturn:
        """Raise argparse's message as an InputError (argparse itself would print the usage)."""
        raise InputError("options as in --help", message)


def whole_number(least: int, most: int = 2**31 - 1) -> Callable[[str], int]:
    """Make an argparse type for a whole number from `least` to `most`."""

    def convert(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if number < least:
            raise argparse.ArgumentTypeError(
                f"expected a whole number of at least {least}, found {text!r}"
            )
        if number > most:
            raise argparse.ArgumentTypeError(
                f"expected a whole number of at most {most}, found {text!r}"
            )
        return number

    return convert


def positive(text: str) -> float:
    """Convert an option's text to a finite number above 0 (an argparse type)."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"expected a number above 0, found {text!r}")
    return number
