"""A CSV that grows while a long job goes on, and keeps what it has if the job is ended."""

import contextlib
import csv
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from common.files.atomic import whole_file
from common.files.identity import check_same, digest
from common.files.json_text import parse_object
from common.utils.entries import Entries
from common.utils.errors import InputError

_REMEDY = "Move it away, or give --output DIR."
_CONTENT = "table's content"  # in the note, once the table is complete


class ResumableCsv:
    """<name>.part.csv, which becomes <name>.csv when it is complete; <name>.json says of what.

    Use it as a context manager, which closes the file.

    An unfinished table that an earlier version began goes on with the columns that it has.

    Args:
        path: The complete table, <name>.csv.
        columns: Their names.
        made_from: All that its rows depend on.

    Attributes:
        done: The first column of the rows that are there already.
        complete: Whether nothing is left to add.

    Raises:
        InputError: What is there was made from other things, or nobody knows from which; or the
            complete table is not as it was written, or the unfinished one has columns of its own.
    """

    def __init__(self, path: Path, columns: Sequence[str], made_from: Entries) -> None:
        self._path, self._note = path, path.with_suffix(".json")
        self._part = path.with_suffix(".part.csv")
        self.complete = path.exists()
        if self.complete and not self._note.exists():
            raise InputError("no earlier result", path.name, path.parent, _REMEDY)
        self._entries = check_note(self._note, made_from) if self._note.exists() else made_from
        if self.complete:
            self._check_content()
        head, *rows = self._rows_left() or [columns]
        self.done = [row[0] for row in rows]
        if not self.done:
            head = columns
            self._begin(columns)
        if not (self.complete or set(head) <= set(columns)):
            expected, found = f"columns among {', '.join(columns)}", ", ".join(head)
            raise InputError(expected, found, self._part, _REMEDY)
        self._written = [at for name in head for at, one in enumerate(columns) if one == name]

    def __enter__(self) -> "ResumableCsv":
        where = os.devnull if self.complete else self._part
        self._file = open(where, "a", newline="", encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _check_content(self) -> None:
        """Raise InputError if somebody has changed the complete table: its figures are not ours."""
        written = self._entries.get(_CONTENT)  # older tables know none
        if written not in (None, digest(self._path.read_bytes())):
            raise InputError("the table as it was written", "a changed one", self._path, _REMEDY)

    def _begin(self, columns: Sequence[str]) -> None:
        with whole_file(self._part) as beside, beside.open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerow(columns)
        self._write_note()

    def _write_note(self) -> None:
        with whole_file(self._note) as beside:
            beside.write_text(json.dumps(self._entries, indent=2))

    def _rows_left(self) -> list[list[str]]:
        """List head and rows that are there; a row that was half-written is cut off."""
        path = self._path if self.complete else self._part
        if not self._note.exists() or not path.exists():
            return []
        if not self.complete:
            os.truncate(path, len(path.read_bytes().rpartition(b"\n")[0] + b"\n"))
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.reader(file))

    def add(self, rows: Iterable[Sequence[object]]) -> None:
        """Append rows, with a value for each of the columns, and have them on the disk.

        Raises:
            OSError: The disk is full; what was half-written is cut off at the next start.
        """
        try:
            written = ([row[at] for at in self._written] for row in rows)
            csv.writer(self._file, lineterminator="\n").writerows(written)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:  # Python's names no file; closing would try, and fail, once more
            with contextlib.suppress(OSError):
                self._file.close()
            raise OSError(error.errno, error.strerror, str(self._part)) from error

    def finish(self) -> None:
        """Give the complete table its name."""
        self._file.close()
        self._entries = {**self._entries, _CONTENT: digest(self._part.read_bytes())}
        self._write_note()
        os.replace(self._part, self._path)


def check_note(path: Path, made_from: Entries) -> Entries:
    """Return the note of a table that was made from the same things.

    Raises:
        InputError: It is no such note, or that of other things.
    """
    try:
        there = parse_object(path.read_bytes())
    except ValueError as error:
        raise InputError("JSON", str(error), path, _REMEDY) from error
    if not made_from.keys() & there.keys():
        raise InputError("no earlier result", "a file of something else", path, _REMEDY)
    check_same(made_from, there, path, _REMEDY)
    return there
