"""Where a run begins: anew, after the last finished epoch of an unfinished run, or not at all."""

import enum
import os
import re
from dataclasses import dataclass
from pathlib import Path

from common.errors import InputError
from common.log_file import newest_log
from common.logbook import read_log
from common.places import Places
from common.state import epochs_of, read_facts

Recipe = dict[str, object]
_REMEDY = "Give --again to keep them and add a run beside them, or --output DIR."


class Stage(enum.Enum):
    """How far a run has come."""

    NEW = enum.auto()
    UNFINISHED = enum.auto()
    FINISHED = enum.auto()


@dataclass(frozen=True)
class Beginning:
    """A run's places, and how far it has come there."""

    places: Places
    stage: Stage


def find_beginning(output: Path, network: str, recipe: Recipe, again: bool) -> Beginning:
    """Look for an earlier run of the same recipe. Writes nothing.

    recipe: all that a run's figures depend on, named as in the log's sheet `run`.
    An unfinished run of the recipe goes on; a finished one is done, but with `again` a new one
    follows. Raises InputError if runs of other recipes are there and `again` is not given, if a
    file is damaged, and if nothing can be written there.
    """
    check_writable(output)
    others: list[InputError] = []
    numbers = _numbers(output, network)
    for number in numbers:
        places = Places(output, network, number)
        try:
            stage = _stage(places, recipe)
        except InputError as error:
            others.append(error)
            continue
        if stage is not Stage.FINISHED or not again:
            return Beginning(places, stage)
    if others and not again:
        raise others[0]
    return Beginning(Places(output, network, max(numbers, default=-1) + 1), Stage.NEW)


def _numbers(output: Path, network: str) -> list[int]:
    """List the numbers of the runs that have left something."""
    places = Places(output, network)
    folders = (places.logs, places.graphs, places.models)
    names = [path.name for folder in folders for path in folder.glob("*")]
    marks = [re.search(r"(?:^log|-run)(\d+)\.\w+$", name) for name in names]
    numbers = {0, *(int(mark[1]) for mark in marks if mark)}
    return [number for number in sorted(numbers) if Places(output, network, number).results()]


def _stage(places: Places, recipe: Recipe) -> Stage:
    """Tell how far a run has come; raises InputError if it is of another recipe, or damaged."""
    if places.state.exists():
        if not epochs_of(places.state):  # ended before its first epoch: nothing to keep
            return Stage.NEW
        compare_recipe(recipe, read_facts(places.state), places.state)
        return Stage.UNFINISHED
    log = newest_log(places.log)
    if not log.exists():
        left = places.results()[0]
        raise InputError("no results of an earlier run", left.name, left.parent, _REMEDY)
    try:
        facts = read_log(log, with_fields=False).facts
    except InputError as error:
        raise InputError("no earlier file", "one that is no log", log, _REMEDY) from error
    if facts.get("end") == "not finished":
        found = f"no {places.state.name} in {places.models}"
        raise InputError("the state of the unfinished run", found, log, _REMEDY)
    compare_recipe(recipe, facts, log)
    return Stage.FINISHED


def compare_recipe(
    recipe: Recipe, facts: dict[str, object], place: Path, do: str = _REMEDY
) -> None:
    """Raise InputError at the first entry of the recipe that was another in a run's facts."""
    for name, value in recipe.items():
        there = facts.get(name, "not told")
        if value != there and str(value) != str(there):
            found = f"{name}: {value}, where the run there has {there},"
            raise InputError("the options and data of the earlier run", found, place, do)


def check_writable(output: Path) -> None:
    """Find out before training, without making anything, that results can be written."""
    there = next(path for path in (output, *output.parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        found = "one that may not be written to" if there.is_dir() else "a file"
        raise InputError("a folder for the results", found, there, "Give --output DIR.")
