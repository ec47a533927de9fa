"""A CSV that grows while a long job goes on, and keeps what it has if the job is ended."""

import csv
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from common.beginning import compare_recipe
from common.errors import InputError
from common.files import whole_file

_REMEDY = "Move it away, or give --output DIR."


class GrowingTable:
    """<name>.part.csv, which becomes <name>.csv once it is complete; <name>.json tells its recipe.

    done: the first column of the rows that are there already. complete: whether nothing is left to
    add. Raises InputError if what is there is of another recipe, or nobody knows of which. Use it
    as a context manager, which closes the file.
    """

    def __init__(self, path: Path, columns: Sequence[str], recipe: dict[str, object]) -> None:
        self._path, self._note = path, path.with_suffix(".json")
        self._part = path.with_suffix(".part.csv")
        self.complete = path.exists()
        if self.complete and not self._note.exists():
            raise InputError("no earlier result", path.name, path.parent, _REMEDY)
        if self._note.exists():
            self._check(recipe)
        self.done = self._rows_left()
        if not self.done:
            self._begin(columns, recipe)

    def __enter__(self) -> "GrowingTable":
        where = os.devnull if self.complete else self._part
        self._file = open(where, "a", newline="", encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _begin(self, columns: Sequence[str], recipe: dict[str, object]) -> None:
        with whole_file(self._part) as beside, beside.open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerow(columns)
        with whole_file(self._note) as beside:
            beside.write_text(json.dumps(recipe, indent=2))

    def _check(self, recipe: dict[str, object]) -> None:
        try:
            there = json.loads(self._note.read_text())
        except ValueError as error:
            raise InputError("JSON", str(error), self._note, _REMEDY) from error
        compare_recipe(recipe, there, self._note, _REMEDY)

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
        """Append rows and have them on the disk."""
        csv.writer(self._file, lineterminator="\n").writerows(rows)
        self._file.flush()
        os.fsync(self._file.fileno())

    def finish(self) -> None:
        """Give the complete table its name."""
        self._file.close()
        os.replace(self._part, self._path)
