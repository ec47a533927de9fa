"""Where a run begins: anew, after the last finished epoch of an unfinished run, or not at all."""

import enum
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from common.config.plan import Plan
from common.config.recipe import Recipe
from common.files.disk import check_writable
from common.files.identity import check_same
from common.runs.checkpoint import read_head
from common.runs.log import read_log
from common.runs.paths import RunPaths
from common.runs.pending_log import newest_log
from common.utils.entries import to_entries
from common.utils.errors import InputError

_REMEDY = "Give --again to a single run, which adds one beside them, or --output DIR."


class Progress(enum.Enum):
    """How far a run has come."""

    NEW = enum.auto()
    UNFINISHED = enum.auto()
    EXTENDED = enum.auto()  # finished, and now given more epochs
    FINISHED = enum.auto()


@dataclass(frozen=True)
class Start:
    """Where a run begins: its paths, and how far it has come there.

    Attributes:
        paths: The run's files.
        progress: How far it has come.
        epochs: How many epochs are finished.
    """

    paths: RunPaths
    progress: Progress
    epochs: int = 0


def find_start(
    output: Path, network: str, recipe: Recipe, pictures: Callable[[], str] | None = None
) -> Start:
    """Look for an earlier run of the same recipe. Writes nothing.

    An unfinished run of the recipe goes on; a finished one is done, or goes on if the recipe has
    more epochs and they change nothing of the earlier ones. A recipe that stands beside earlier
    runs (`again`) gets a new one after a finished one.

    Args:
        output: The folder that holds Graphs/, Log_Files/ and Models/.
        network: The result folders' name.
        recipe: All that the run's metrics depend on.
        pictures: Computes the recipe's digest of pictures if it does not have it yet; it is asked
            only where all else is that of an earlier run.

    Raises:
        InputError: Runs of other recipes are there and the recipe is not to stand beside them; a
            file is damaged; or nothing can be written there.
    """
    check_writable(output)
    others: list[InputError] = []
    numbers = _numbers(output, network)
    for number in numbers:
        try:
            start = _start_at(RunPaths(output, network, number), recipe, pictures)
        except InputError as error:
            others.append(error)
            continue
        if start.progress is not Progress.FINISHED or not recipe.again:
            return start
    if others and not recipe.again:
        raise others[0]
    return Start(RunPaths(output, network, max(numbers, default=-1) + 1), Progress.NEW)


def _numbers(output: Path, network: str) -> list[int]:
    """List the numbers of the runs that have left something."""
    paths = RunPaths(output, network)
    folders = (paths.logs, paths.graphs, paths.models)
    names = [path.name for folder in folders for path in folder.glob("*")]
    marks = [re.search(r"(?:^log|-run)(\d+)\.\w+$", name) for name in names]
    numbers = {0, *(int(mark[1]) for mark in marks if mark)}
    return [number for number in sorted(numbers) if RunPaths(output, network, number).results()]


def with_earlier_batch_size(plan: Plan) -> Plan:
    """Settle --batch-size auto by the run that would go on or be repeated, if there is one.

    So the batch stays what it was found to be, on whatever machine the run goes on.

    Raises:
        InputError: As of Plan.with_batch_size.
    """
    if plan.has_batch_size:
        return plan
    numbers = _numbers(plan.output, plan.network.results)
    for number in reversed(numbers) if plan.again else numbers:
        try:
            there = _recipe_at(RunPaths(plan.output, plan.network.results, number))
        except InputError:  # damaged, which find_start tells
            continue
        if there:
            return plan.with_batch_size(int(there.machinery.batch_size))
    return plan


def _recipe_at(paths: RunPaths) -> Recipe | None:
    """Read how a run was made of which an epoch is kept. Raises InputError."""
    if paths.checkpoint.exists():
        head = read_head(paths.checkpoint)
        return head.record.recipe if head.epochs else None
    log = newest_log(paths.log)
    return read_log(log, with_fields=False).record.recipe if log.exists() else None


def _start_at(paths: RunPaths, recipe: Recipe, pictures: Callable[[], str] | None) -> Start:
    """Tell how far a run has come; raises InputError if it is of another recipe, or damaged."""
    if paths.checkpoint.exists():
        head = read_head(paths.checkpoint)
        if not head.epochs:  # ended before its first epoch: nothing to keep
            return Start(paths, Progress.NEW)
        done, there = len(head.epochs), head.record.recipe
        may_differ = not recipe.again and recipe.epochs >= done
        _check_recipe(recipe, pictures, there, paths.checkpoint, may_differ)
        return Start(paths, Progress.UNFINISHED, done)
    log = newest_log(paths.log)
    if not log.exists():
        left = paths.results()[0]
        raise InputError("no results of an earlier run", left.name, left.parent, _REMEDY)
    try:
        found = read_log(log, with_fields=False)
    except InputError as error:
        raise InputError("no earlier file", "one that is no log", log, _REMEDY) from error
    if found.record.end is None:
        missing = f"no {paths.checkpoint.name} in {paths.models}"
        raise InputError("the state of the unfinished run", missing, log, _REMEDY)
    there = found.record.recipe
    is_more = not recipe.again and recipe.epochs > there.epochs
    _check_recipe(recipe, pictures, there, log, is_more)
    if is_more:
        _check_final_state(paths, recipe, len(found.epochs))
    return Start(paths, Progress.EXTENDED if is_more else Progress.FINISHED, len(found.epochs))


def _check_final_state(paths: RunPaths, wanted: Recipe, epochs: int) -> None:
    """Raise InputError unless a finished run has left what it needs to go on after its epochs."""
    expected, state = f"the state of the finished run after epoch {epochs}", paths.final_state
    remedy = f"Give --again to train {wanted.epochs} epochs beside it, or --output DIR."
    if not state.exists():
        raise InputError(expected, f"no {state.name} to go on from", state.parent, remedy)
    head = read_head(state)
    if len(head.epochs) != epochs:
        raise InputError(expected, f"one after epoch {len(head.epochs)}", state, remedy)
    _check_recipe(wanted, None, head.record.recipe, state, epochs_may_differ=True)


def _check_recipe(
    wanted: Recipe,
    pictures: Callable[[], str] | None,
    there: Recipe,
    place: Path,
    epochs_may_differ: bool,
) -> None:
    was, now = there.setting.folder, wanted.setting.folder
    if was != now:
        found = f"those of {was}, as if the folder had been copied with its results,"
        copy = place.parents[2]  # Log_Files/<network>/log0.xlsx, Models/<network>/unfinished.npz
        remedy = f"Empty Graphs, Log_Files and Models in {copy}, or give --output DIR."
        raise InputError(f"results of {now}", found, place, remedy)
    epochs = there.epochs
    there = there.with_epochs(wanted.epochs) if epochs_may_differ else there
    check_same(to_entries(wanted), to_entries(there), place, _REMEDY)
    if wanted.epochs != epochs and not wanted.is_open_ended:
        expected = f"the {epochs} epochs that its {wanted.learning.schedule} schedule was made for"
        found = f"epochs: {wanted.epochs}, where the run there has {epochs},"
        raise InputError(expected, found, place, _REMEDY)
    if pictures:
        check_same(to_entries(wanted.with_pictures(pictures())), to_entries(there), place, _REMEDY)
