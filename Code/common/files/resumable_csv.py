"""A CSV that grows while a long job goes on, and keeps what it has if the job is ended."""

import csv
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from common.files.atomic import whole_file
from common.files.identity import check_same
from common.files.json_text import parse_object
from common.utils.entries import Entries
from common.utils.errors import InputError

_REMEDY = "Move it away, or give --output DIR."


class ResumableCsv:
    """<name>.part.csv, which becomes <name>.csv when it is complete; <name>.json says of what.

    Use it as a context manager, which closes the file.

    Args:
        path: The complete table, <name>.csv.
        columns: Their names.
        made_from: All that its rows depend on.

    Attributes:
        done: The first column of the rows that are there already.
        complete: Whether nothing is left to add.

    Raises:
        InputError: What is there was made from other things, or nobody knows from which.
    """

    def __init__(self, path: Path, columns: Sequence[str], made_from: Entries) -> None:
        self._path, self._note = path, path.with_suffix(".json")
        self._part = path.with_suffix(".part.csv")
        self.complete = path.exists()
        if self.complete and not self._note.exists():
            raise InputError("no earlier result", path.name, path.parent, _REMEDY)
        if self._note.exists():
            check_same(made_from, read_note(self._note, _REMEDY), self._note, _REMEDY)
        self.done = self._rows_left()
        if not self.done:
            self._begin(columns, made_from)

    def __enter__(self) -> "ResumableCsv":
        where = os.devnull if self.complete else self._part
        self._file = open(where, "a", newline="", encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _begin(self, columns: Sequence[str], made_from: Entries) -> None:
        with whole_file(self._part) as beside, beside.open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerow(columns)
        with whole_file(self._note) as beside:
            beside.write_text(json.dumps(made_from, indent=2))

    def _rows_left(self) -> list[str]:
        """List what is done; a row that was half-written is cut off."""
        path = self._path if self.complete else self._part
        if not self._note.exists() or not path.exists():
            return []
        if not self.complete:
            os.truncate(path, len(path.read_bytes().rpartition(b"\n")[0] + b"\n"))
        with path.open(newline="", encoding="utf-8") as file:
            return [row[0] for row in csv.reader(file)][1:]

    def add(self, rows: Iterable[Sequence[object]]) -> None:
        """Append rows and have them on the disk.

        Raises:
            OSError: The disk is full; what was half-written is cut off at the next start.
        """
        try:
            csv.writer(self._file, lineterminator="\n").writerows(rows)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:  # Python's names no file
            raise OSError(error.errno, error.strerror, str(self._part)) from error

    def finish(self) -> None:
        """Give the complete table its name."""
        self._file.close()
        os.replace(self._part, self._path)


def read_note(path: Path, do: str) -> Entries:
    """Read what a table was made from. Raises InputError, with a remedy."""
    try:
        return parse_object(path.read_bytes())
    except ValueError as error:
        raise InputError("JSON", str(error), path, do) from error
