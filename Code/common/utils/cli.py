"""Command lines: options declared once, as fields of dataclasses; errors that read like all others.

    @dataclass(frozen=True)
    class SplitOptions:
        fold: int = option(1, "the fold that validates", type=whole_number(1))

`add_options` describes the fields to a parser, `read_options` makes the dataclass of what was
given, and `to_arguments` writes it as a command line again.
"""

import argparse
import math
from collections.abc import Callable
from dataclasses import Field, field, fields
from typing import Any, NoReturn, TypeVar, get_type_hints

from common.utils.errors import InputError

Options = TypeVar("Options")
_NO_OTHER = object()


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


def option(
    default: object,
    text: str,
    *,
    sample: object = _NO_OTHER,
    entry: str | None = None,
    **arguments: object,
) -> Any:
    """Declare a dataclass field as the option of its name; a bool is given by naming it.

    Args:
        default: The value if the option is not given.
        text: What --help says.
        sample: The default under --sample, if it is another one.
        entry: The name under which records keep it (see `entries`); None for an option on which
            no result depends.
        **arguments: Further arguments of argparse's add_argument, as type or choices.
    """
    other = default if sample is _NO_OTHER else sample
    metadata = {"entry": entry, "sample": other, "arguments": {"help": text} | arguments}
    return field(default=default, metadata=metadata)


def add_options(parser: argparse.ArgumentParser, title: str, *kinds: type) -> None:
    """Describe the options of dataclasses to a parser, as one group."""
    group = parser.add_argument_group(title)
    for kind in kinds:
        hints = get_type_hints(kind)
        for part in fields(kind):
            # What is not given stays out of the namespace: its default may depend on --sample.
            arguments = {"default": argparse.SUPPRESS} | part.metadata["arguments"]
            if hints[part.name] is bool:
                arguments["action"] = "store_true"
            group.add_argument(_flag(part.name), **arguments)


def read_options(kind: type[Options], given: argparse.Namespace) -> Options:
    """Make a dataclass of the options that were given, and of the others' defaults."""
    which = "sample" if getattr(given, "sample", False) else "default"
    return kind(
        **{part.name: getattr(given, part.name, _defaults(part)[which]) for part in fields(kind)}
    )


def to_arguments(options: object, *, sample: bool) -> list[str]:
    """Write options as a command line that leaves out those of default value."""
    texts: list[str] = []
    for part in fields(options):
        value = getattr(options, part.name)
        if value is True:
            texts.append(_flag(part.name))
        elif value != _defaults(part)["sample" if sample else "default"]:
            values = value if isinstance(value, list) else [value]
            texts += [_flag(part.name), *map(str, values)]
    return texts


def _defaults(part: Field) -> dict[str, object]:
    return {"default": part.default, "sample": part.metadata["sample"]}


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


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
