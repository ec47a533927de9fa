"""Records that are kept in files: dataclasses whose fields know the names of their entries.

A field made by `entry` (or by `cli.option` with `entry=`) is kept under a name, as "learning rate".
A field that is itself such a dataclass gives its own entries. The same names stand in log0.xlsx,
in checkpoints, in model files and in JSON; text such as "yes" is decoded here and nowhere else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, field, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Value = str | int | float | bool
Entries = dict[str, Value]
Record = TypeVar("Record")

_NONE = "none"
_BOOLEANS = {"yes": True, "no": False}


def entry(name: str, *, optional: bool = False, default: object = MISSING) -> Any:
    """Declare a dataclass field that is kept under a name.

    Args:
        name: The entry's name, as people read it.
        optional: Whether the entry is left out while the field is None (then its default).
        default: Of records that were written before the entry came to be.
    """
    metadata = {"entry": name, "optional": optional}
    return field(default=None if optional else default, metadata=metadata)


def to_entries(record: object) -> Entries:
    """Return a record's entries by name: numbers and booleans as they are, all else as text."""
    entries: Entries = {}
    for part in fields(record):
        value = getattr(record, part.name)
        name = part.metadata.get("entry")
        if name is None:
            entries |= to_entries(value) if is_dataclass(value) else {}
        elif not (value is None and part.metadata.get("optional")):
            entries[name] = _encoded(value)
    return entries


def from_entries(kind: type[Record], entries: Mapping[str, object]) -> Record:
    """Read a record from its entries.

    Fields that are kept nowhere get their defaults; so does an option that has no entry yet,
    because the record was written before the option came to be.

    Raises:
        KeyError: An entry without a default is missing; its name is the error's first argument.
        ValueError: An entry is not of its field's type.
    """
    values = {}
    hints = get_type_hints(kind)
    for part in fields(kind):
        name = part.metadata.get("entry")
        if name is None:
            if is_dataclass(hints[part.name]):
                values[part.name] = from_entries(hints[part.name], entries)
        elif name in entries or part.default is MISSING:
            values[part.name] = _decoded(entries[name], hints[part.name], name)
    return kind(**values)


def known_entries(kind: type, entries: Mapping[str, object]) -> dict[str, Any]:
    """Read those entries of a record that are there, by the names of its fields.

    Raises:
        ValueError: An entry is not of its field's type.
    """
    return {
        part.name: _decoded(entries[name], hint, name)
        for part, hint, name in _kept(kind)
        if name in entries
    }


def _kept(kind: type) -> Iterator[tuple[Field, Any, str]]:
    """List the fields that are kept, those of nested records among them, with type and name."""
    hints = get_type_hints(kind)
    for part in fields(kind):
        name = part.metadata.get("entry")
        if name is not None:
            yield part, hints[part.name], name
        elif is_dataclass(hints[part.name]):
            yield from _kept(hints[part.name])


def readable(value: object) -> str | int | float:
    """Return a value as sheets and HDF5 attributes hold it: "yes" and "no" for booleans."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, int | float) else str(value)


def _encoded(value: object) -> Value:
    if value is None:
        return _NONE
    if isinstance(value, tuple):
        return ", ".join(value) or _NONE
    return value if isinstance(value, int | float) else str(value)


def _decoded(value: object, hint: Any, name: str) -> Any:
    """Bring a value to a field's type. Raises ValueError."""
    if get_origin(hint) is UnionType:
        if value is None or value == _NONE:
            return None
        hint = next(kind for kind in get_args(hint) if kind is not NoneType)
    try:
        if hint is bool:
            return value if isinstance(value, bool) else _BOOLEANS[str(value)]
        if get_origin(hint) is tuple:
            return () if value == _NONE else tuple(str(value).split(", "))
        return hint(value)
    except (KeyError, ValueError, TypeError) as error:
        raise ValueError(f"{value!r} as {name!r}") from error
