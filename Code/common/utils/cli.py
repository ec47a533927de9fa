"""Command lines: options declared once, as fields of dataclasses; errors that read like all others.

    @dataclass(frozen=True)
    class SplitOptions:
        fold: int = option(1, "the fold that validates", type=whole_number(1))

    @dataclass(frozen=True)
    class Command:
        log: Path = argument("the run's log0.xlsx", type=Path)
        split: SplitOptions = option_group("split")

    command = parse(Command, __doc__)

`to_arguments` writes a part of it as a command line again.
"""

import argparse
from collections.abc import Iterator
from dataclasses import MISSING, Field, field, fields, is_dataclass
from typing import Any, NoReturn, TypeVar, get_type_hints

from common import VERSION
from common.utils.errors import InputError
from common.utils.names import did_you_mean
from common.utils.ranges import Range
from common.utils.terminal import be_quiet

Options = TypeVar("Options")
_NO_OTHER = object()


class _BeQuiet(argparse.Action):
    """An option of every script, on which nothing depends but what is printed."""

    def __call__(self, *_: object) -> None:
        """Have this process be quiet."""
        be_quiet()


class Parser(argparse.ArgumentParser):
    """ArgumentParser that keeps a docstring's layout in --help and raises InputError."""

    def __init__(self, description: str | None) -> None:
        super().__init__(
            description=description,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self.add_argument("--version", action="version", version=VERSION)
        quiet = "print only results, warnings and errors"
        self.add_argument(
            "--quiet", action=_BeQuiet, nargs=0, default=argparse.SUPPRESS, help=quiet
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


def argument(text: str, **arguments: object) -> Any:
    """Declare a dataclass field that is given by its place; arguments as of `option`."""
    metadata = {"positional": True, "arguments": {"help": text} | arguments}
    default = () if arguments.get("nargs") == "*" else MISSING  # "*": it may be left out
    return field(default=default, metadata=metadata)


def option_group(title: str) -> Any:
    """Declare a dataclass field whose own fields are options, shown in --help under a title."""
    return field(metadata={"title": title})


def parse(kind: type[Options], description: str | None, given: list[str] | None = None) -> Options:
    """Parse a command line into a dataclass of options, arguments and groups.

    Args:
        kind: The dataclass.
        description: The script's docstring.
        given: The command line; None for that of the script.

    Raises:
        InputError: An option is unknown or its value cannot be.
    """
    options, rest = parse_known(kind, description, given)
    if rest:
        found = f"unrecognized arguments: {' '.join(rest)}"
        raise InputError("options as in --help", found, do=_remedy(kind, rest))
    return options


def _remedy(kind: type, unknown: list[str]) -> str:
    """Guess what was meant by the first unknown option."""
    wrong = next((text.partition("=")[0] for text in unknown if text.startswith("-")), "")
    if wrong in ("--lr", "--learning-rate"):
        return "The name of the learning-rate folder is the learning rate."
    return did_you_mean(wrong, [_flag(name) for name in (*_names(kind), "quiet")])


def _names(kind: type) -> Iterator[str]:
    hints = get_type_hints(kind)
    for part in fields(kind):
        if is_dataclass(hints[part.name]):
            yield from _names(hints[part.name])
        else:
            yield part.name


def parse_known(
    kind: type[Options], description: str | None, given: list[str] | None = None
) -> tuple[Options, list[str]]:
    """Parse like `parse`, and return what is none of the dataclass's options as well."""
    parser = Parser(description)
    _add(parser, kind)
    namespace, rest = parser.parse_known_args(given)
    return _read(kind, namespace), rest


def _add(parser: argparse._ActionsContainer, kind: type) -> None:
    hints = get_type_hints(kind)
    for part in fields(kind):
        if "title" in part.metadata:
            _add(parser.add_argument_group(part.metadata["title"]), hints[part.name])
        elif is_dataclass(hints[part.name]):
            _add(parser, hints[part.name])
        else:
            # What is not given stays out of the namespace: its default may depend on --sample.
            arguments = {"default": argparse.SUPPRESS} | part.metadata["arguments"]
            if hints[part.name] is bool:
                arguments["action"] = "store_true"
            if isinstance(arguments.get("type"), Range):
                arguments["help"] += f" [{arguments['type']}]"
            named = part.name if part.metadata.get("positional") else _flag(part.name)
            parser.add_argument(named, **arguments)


def _read(kind: type[Options], given: argparse.Namespace) -> Options:
    hints = get_type_hints(kind)
    sample = getattr(given, "sample", False)
    return kind(
        **{
            part.name: _read(hints[part.name], given)
            if is_dataclass(hints[part.name])
            else getattr(given, part.name, _default(part, sample))
            for part in fields(kind)
        }
    )


def to_arguments(options: object, *, sample: bool) -> list[str]:
    """Write options as a command line that leaves out those of default value."""
    texts: list[str] = []
    for part in fields(options):
        value = getattr(options, part.name)
        if is_dataclass(value):
            texts += to_arguments(value, sample=sample)
        elif value is True:
            texts.append(_flag(part.name))
        elif value != _default(part, sample):
            values = value if isinstance(value, list) else [value]
            texts += [_flag(part.name), *map(str, values)]
    return texts


def _default(part: Field, sample: bool) -> object:
    return part.metadata.get("sample", part.default) if sample else part.default


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
