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
    """<name>.part.csv, which becomes <name>.csv once it is complete.

    done: the first column of the rows that an ended job has left. Raises InputError if the
    complete table is there, or if what is there is of another recipe.
    """

    def __init__(self, path: Path, columns: Sequence[str], recipe: dict[str, object]) -> None:
        self._path = path
        self._part, self._note = path.with_suffix(".part.csv"), path.with_suffix(".part.json")
        if path.exists():
            raise InputError("no earlier result", path.name, path.parent, _REMEDY)
        self.done = self._rows_left(recipe) if self._note.exists() else []
        if not self.done:
            self._begin(columns, recipe)
        self._file = self._part.open("a", newline="", encoding="utf-8")

    def _begin(self, columns: Sequence[str], recipe: dict[str, object]) -> None:
        with whole_file(self._part) as beside, beside.open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerow(columns)
        with whole_file(self._note) as beside:
            beside.write_text(json.dumps(recipe, indent=2))

    def _rows_left(self, recipe: dict[str, object]) -> list[str]:
        """Check the recipe, cut off a row that was half-written, and list what is done."""
        try:
            there = json.loads(self._note.read_text())
        except ValueError as error:
            raise InputError("JSON", str(error), self._note, _REMEDY) from error
        compare_recipe(recipe, there, self._note)
        if not self._part.exists():
            return []
        whole = self._part.read_bytes().rpartition(b"\n")[0] + b"\n"
        os.truncate(self._part, len(whole))
        with self._part.open(newline="", encoding="utf-8") as file:
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
        self._note.unlink()
