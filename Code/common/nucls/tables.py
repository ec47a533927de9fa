"""Tables that come with a data set: annotations, regions, folds, patients; as people save them."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from common.utils.errors import InputError, name_some
from common.utils.names import one_form

_AGAIN = "Get the file again."
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BINARY = frozenset({*range(9), *range(14, 32)})  # bytes that no text has
_LFS = "version https://git-lfs"


def read_table(path: Path) -> list[dict[str, str]]:
    """Read a CSV's rows by the names of its columns, in lower case; empty cells as "".

    Raises:
        InputError: As of read_rows; two columns of one name; more cells than columns in a row.
    """
    header, *rows = read_rows(path) or [[]]
    check_columns(header, path)
    columns = [name.strip().casefold() for name in header]
    for number, row in enumerate(rows, 2):
        if any(row[len(columns) :]):
            found = f"{len(row)} in row {number}"
            raise InputError(f"{len(columns)} cells as in the header", found, path, _AGAIN)
    blank = dict.fromkeys(filter(None, columns), "")
    named = (zip(columns, row, strict=False) for row in rows if row)
    return [blank | {name: cell for name, cell in cells if name} for cells in named]


def check_columns(names: Sequence[str], path: Path) -> None:
    """Raise InputError if two columns of a table have one name, apart from case and space."""
    seen = Counter(map(one_form, names))
    twice = [repr(name) for name in names if name and seen[one_form(name)] > 1]
    if twice:
        remedy = "Remove or rename one: nobody knows which of them holds."
        raise InputError("columns of different names", name_some(twice), path, remedy)


def read_rows(path: Path) -> list[list[str]]:
    """Read a CSV's rows, the header among them; commas or semicolons separate the cells.

    Raises:
        InputError: It cannot be read, is not text in UTF-8 (nor a spreadsheet's own), or no CSV.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError("a readable file", str(error.strerror), path, _AGAIN) from error
    text = _decoded(content, path)
    if text.startswith(_LFS):
        remedy = "Run `git lfs pull` where it comes from."
        raise InputError("a CSV", "a git-LFS pointer", path, remedy)
    if "\0" in text:  # which Python 3.10 refuses as well, with words of its own
        raise InputError("whole CSV rows", "a byte 0x00", path, _AGAIN)
    try:
        return list(_reader(text))
    except csv.Error as error:
        raise InputError("whole CSV rows", str(error), path, _AGAIN) from error


def _reader(text: str) -> Iterator[list[str]]:
    separator = ";" if _is_of_spreadsheet(text) else ","
    return csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)


def _is_of_spreadsheet(text: str) -> bool:
    """Tell files of spreadsheets in countries whose decimal sign is the comma."""
    header = text.lstrip("\r\n").splitlines()[:1]
    return bool(header) and ";" in header[0] and "," not in header[0]


def _decoded(content: bytes, path: Path) -> str:
    """Decode UTF-8, and cp1252 where semicolons tell that a spreadsheet wrote the file.

    Elsewhere a byte that is not UTF-8 may as well be damage.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        remedy = "Save it as CSV UTF-8."
        if content[:2] in _UTF16:
            raise InputError("text in UTF-8", "UTF-16", path, remedy) from error
        if _is_of_spreadsheet(content.decode("latin-1")):
            try:
                return content.decode("cp1252")
            except UnicodeDecodeError as other:
                error = other
        guess = "" if set(content) & _BINARY else " (perhaps cp1252, as Excel saves it)"
        found = f"byte {content[error.start]:#04x}, which is not UTF-8{guess}"
        raise InputError("text in UTF-8", found, path, remedy) from error
