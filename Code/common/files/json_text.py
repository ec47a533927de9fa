"""JSON as people edit it: a name that stands twice is an error."""

import json


def parse_json(text: bytes | str) -> object:
    """Parse JSON; json itself would silently keep the last of two equal names.

    Raises:
        ValueError: It is no JSON, or an object has a name twice.
    """
    return json.loads(text, object_pairs_hook=_object_with_unique_names)


def _object_with_unique_names(pairs: list[tuple[str, object]]) -> dict[str, object]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in entries if names.count(name) > 1)
        raise ValueError(f"the name {twice!r} twice")
    return entries
