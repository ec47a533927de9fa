"""Tables that come with a data set: regions, folds, patients."""

import csv
from pathlib import Path

from common.utils.errors import InputError


def read_table(path: Path) -> list[dict[str, str]]:
    """Read a CSV's rows by the names of its columns, in lower case; empty cells as "".

    Commas or semicolons separate the cells.

    Raises:
        InputError: It is not text in UTF-8, or no CSV.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        separator = separator_of(text.partition("\n")[0])
        rows = csv.DictReader(text.splitlines(), delimiter=separator, strict=True)
        return [{key.casefold(): cell or "" for key, cell in row.items() if key} for row in rows]
    except UnicodeDecodeError as error:
        found = f"byte {error.object[error.start]:#04x}, which is not UTF-8"
        raise InputError("text in UTF-8", found, path, "Save it as CSV UTF-8.") from error
    except csv.Error as error:
        raise InputError("whole CSV rows", str(error), path, "Get the file again.") from error
    except OSError as error:
        raise InputError("a readable file", str(error.strerror), path) from error


def separator_of(header: str) -> str:
    """Tell what separates cells: spreadsheets write semicolons where the comma is decimal."""
    return ";" if ";" in header and "," not in header else ","
