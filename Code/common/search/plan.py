"""What a search is to do; it sees the training part only.

What chooses the parameters must not be what is reported in the end: the validation fields of a run
under the same --split take no part. A fifth of the training fields, of patients of their own,
judges the settings; where names tell no patients, the last 31 %, as in the first-1000 split.
"""

import contextlib
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from common.config.data_options import PictureOptions
from common.config.data_plan import DataPlan, plan_data
from common.config.prepare import digest_pictures
from common.config.recipe import DataEntries
from common.config.training_options import AUTO, MachineryOptions
from common.data.fields import FieldOfView
from common.files.atomic import whole_file
from common.files.identity import check_same
from common.files.json_text import parse_object
from common.files.locks import held
from common.models.weights import check_weights
from common.runs.record import modernised
from common.search.options import SearchOptions
from common.search.role import Role, role_here
from common.splits.methods import SplitRequest, make_split
from common.splits.split import Split
from common.utils.entries import Entries, entry, from_entries, to_entries
from common.utils.errors import InputError

_FOLDS = 5
_REMEDY = "Move the folder away, or give --output DIR."
_PATIENCE = 120  # seconds that a worker waits for its chief's recipe


@dataclass(frozen=True)
class SearchRecipe:
    """All that a search's scores depend on, but for the settings that it tries."""

    tuner: str = entry("tuner")
    machinery: MachineryOptions
    data: DataEntries
    pictures: PictureOptions
    epochs: int = entry("epochs")
    picture_digest: str | None = entry("pictures", optional=True)


def plan_search(options: SearchOptions) -> DataPlan:
    """Check the data and split the training part once more.

    Raises:
        InputError: Something that the user gave cannot be.
    """
    if options.machinery.batch_size == AUTO:
        remedy = "Check_Machine.py tells which fits."
        raise InputError("a --batch-size that all trials share", AUTO, do=remedy)
    check_weights(options.machinery.weights, options.machinery.painted_fields)
    plan = plan_data(options.data, options.machinery)
    return replace(plan, split=inner_split(plan.fields, plan.split))


def recipe_of(options: SearchOptions, plan: DataPlan) -> SearchRecipe:
    """Return how a search is made; reads the pictures.

    Raises:
        InputError: A picture cannot be read, or the cache cannot be written.
    """
    return SearchRecipe(
        tuner=options.tuner.tuner,
        machinery=options.machinery,
        data=plan.entries,
        pictures=options.data.pictures,
        epochs=options.tuner.epochs,
        picture_digest=digest_pictures(plan),
    )


def inner_split(fields: Sequence[FieldOfView], outer: Split) -> Split:
    """Split the training fields of a split into those that train and those that judge settings."""
    training = [fields[position] for position in outer.train]
    origins = [field.origin for field in training]
    patients = {origin.patient for origin in origins if origin}
    grouped = None not in origins and len(patients) > 1
    if grouped:
        folds = min(_FOLDS, len(patients))
        inner = make_split("patient", SplitRequest(training, folds=folds))
    else:
        inner = make_split("first-1000", SplitRequest(training))
    return replace(
        inner,
        train=outer.train[inner.train],
        validation=outer.train[inner.validation],
        description=f"of the training part ({outer.description}): {inner.description}",
    )


@contextlib.contextmanager
def claimed(folder: Path, recipe: SearchRecipe) -> Iterator[None]:
    """Keep a search's folder for this process; workers share their chief's.

    Raises:
        InputError: A search of another recipe is there, or another process is at work.
    """
    note = folder / "recipe.json"
    if role_here() is Role.WORKER:
        _wait_for(note)
    if note.exists():
        check_same(to_entries(recipe), _read(note), note, _REMEDY)
    if role_here() is Role.WORKER:
        yield
        return
    with held(folder):
        if not note.exists():
            with whole_file(note) as beside:
                beside.write_text(json.dumps(to_entries(recipe), indent=2))
        yield


def _wait_for(note: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while not note.exists():
        if time.monotonic() > end:
            remedy = "Start the chief with the same --output, in a folder that all machines share."
            raise InputError("the chief's recipe", "none", note, remedy)
        time.sleep(0.5)


def _read(note: Path) -> Entries:
    try:
        entries = modernised(parse_object(note.read_bytes()))
        return to_entries(from_entries(SearchRecipe, entries))
    except (ValueError, KeyError) as error:
        raise InputError("the search's recipe", f"another ({error})", note, _REMEDY) from error
