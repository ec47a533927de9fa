"""Names of files, fields and patients: found in folders, and fit to be written anywhere."""

import difflib
import os
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NoReturn

from common.utils.errors import InputError, name_some

LONGEST = 200  # bytes in UTF-8; file systems take 255, and results add to a name
_FORMULA = ("=", "+", "-", "@")  # what spreadsheets take for a formula, also in a CSV
_NOTHING = ("", "nan", "none", "null", "n/a", "na", "<na>")  # what programs write for no name
_REMEDY = "Rename it."
_UNSEEN = ("Cc", "Cf", "Cn")  # Unicode's categories of control, formatting, unassigned signs


def list_below(folder: Path) -> list[Path]:
    """List all files and folders below a folder, sorted; links to folders are not followed.

    Raises:
        InputError: One of the folders cannot be listed: Path.rglob would pass it over.
    """
    walk = os.walk(folder, onerror=_refuse)
    return sorted(
        Path(parent, name) for parent, folders, files in walk for name in (*folders, *files)
    )


def _refuse(error: OSError) -> NoReturn:
    remedy = "Give yourself the right to it, or move it elsewhere."
    raise InputError("a folder that can be listed", error.strerror, error.filename, remedy)


def one_form(name: str) -> str:
    """Return what is the same for names that differ by case, space or Unicode form only.

    Signs that nobody sees, as a zero-width space or a soft hyphen, make no other name.
    """
    kept = (one for one in name if one.isspace() or unicodedata.category(one) not in _UNSEEN)
    seen = "".join(kept)
    return " ".join(unicodedata.normalize("NFKC", seen).casefold().split())


def is_nothing(name: str) -> bool:
    """Tell whether a name says that there is none."""
    return one_form(name) in _NOTHING


def fault_of(name: str) -> str | None:
    """Tell why a name cannot be used: None if it can."""
    if any(unicodedata.category(sign) == "Cs" for sign in name):
        return "bytes that are not UTF-8"
    if any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in name):
        return "a control character"
    if name.startswith(_FORMULA):
        return "a beginning that spreadsheets take for a formula"
    if len(name.encode()) > LONGEST:
        return f"{len(name.encode())} bytes"
    return None


def check_names(names: Iterable[str], place: Path | str) -> None:
    """Check names where they come in, so that every table, log and file can hold them.

    Args:
        names: Of files, fields of view, patients.
        place: Where they stand, for the message.

    Raises:
        InputError: Some cannot be used; names them.
    """
    faults = {name: fault for name in names if (fault := fault_of(name))}
    if faults:
        told = [f"{_shortened(name)} ({fault})" for name, fault in faults.items()]
        expected = f"names in UTF-8 of at most {LONGEST} bytes that are no formulas"
        raise InputError(expected, name_some(told), printable(str(place)), _REMEDY)


def check_paths(paths: Iterable[Path]) -> None:
    """Check the names of files, and that their paths can be written into tables.

    Raises:
        InputError: Some cannot be used; names them.
    """
    by_folder: dict[Path, list[str]] = defaultdict(list)
    for path in paths:
        by_folder[path.parent].append(path.name)
    for folder, names in by_folder.items():
        text = printable(str(folder))
        if text != str(folder) or text.startswith(_FORMULA):
            expected = "a folder whose path is UTF-8 without control characters, and no formula"
            raise InputError(expected, text, do="Give its whole path, or rename it.")
        check_names(names, folder)


def printable(text: str) -> str:
    """Return a text with escapes in place of what cannot be written."""
    return "".join(
        ascii(sign)[1:-1] if unicodedata.category(sign) in ("Cs", "Cc", "Zl", "Zp") else sign
        for sign in text
    )


def _shortened(name: str) -> str:
    text = printable(name)
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Ask whether the known name that is nearest was meant; nothing if none is near."""
    near = difflib.get_close_matches(wrong, list(known), 1)
    return f"Did you mean {near[0]}?" if near else ""


def chosen_among(
    what: str, words: Iterable[str], known: Collection[str], also: Collection[str] = ()
) -> list[str]:
    """Return the names that were given, each once; with spaces or commas between them.

    Args:
        what: They are names of.
        words: As they were given.
        known: All that there are.
        also: Other spellings, which nobody needs to be told.

    Raises:
        InputError: There is none of that name.
    """
    names = list(dict.fromkeys(name for word in words for name in word.split(",") if name))
    for name in names:
        if name not in (*known, *also):
            expected = f"{what} among {', '.join(known)}"
            raise InputError(expected, name, do=did_you_mean(name, known))
    return names
