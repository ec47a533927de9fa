"""Whether what is there was made in the same way from the same things: digests and comparison."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from common.utils.entries import Entries, readable
from common.utils.errors import InputError


def digest(*parts: bytes, size: int = 6) -> str:
    """Return BLAKE2b of the parts put together, as `size` bytes in hexadecimal."""
    return hashlib.blake2b(b"".join(parts), digest_size=size).hexdigest()


def digest_texts(texts: Iterable[str]) -> str:
    """Return the digest of lines of text."""
    return digest("\n".join(texts).encode())


def check_same(wanted: Entries, there: Entries, place: Path, do: str) -> None:
    """Compare how something is to be made with how what is there was made.

    Args:
        wanted: Entries that must be the same.
        there: Entries of what is there. It may have more, and what it does not tell, as entries
            that came to be later, is not compared.
        place: The file that tells, for the message.
        do: The remedy, for the message.

    Raises:
        InputError: The first entry that differs.
    """
    for name, value in wanted.items():
        other = there.get(name, value)
        if value != other and str(readable(value)) != str(readable(other)):
            ours, theirs = str(readable(value)), str(readable(other))
            found = f"{name}: {ours!r}, where the run there has {theirs!r},"
            raise InputError("the options and data of the earlier run", found, place, do)
