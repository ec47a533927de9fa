"""JSON as people and strangers write it: whatever is wrong with it is a ValueError."""

import json
from typing import Any


def parse_json(text: bytes | str) -> object:
    """Parse JSON; json itself would silently keep the last of two equal names.

    Raises:
        ValueError: It is no JSON, is nested too deeply, or an object has a name twice.
    """
    try:
        return json.loads(text, object_pairs_hook=_object_with_unique_names)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def parse_object(text: bytes | str) -> dict[str, Any]:
    """Parse a JSON object.

    Raises:
        ValueError: As of parse_json; or it is no object.
    """
    found = parse_json(text)
    if not isinstance(found, dict):
        raise ValueError("no JSON object")
    return found


def _object_with_unique_names(pairs: list[tuple[str, object]]) -> dict[str, object]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in entries if names.count(name) > 1)
        raise ValueError(f"the name {twice!r} twice")
    return entries
