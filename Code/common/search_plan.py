"""What a search is to do; it sees the training part only.

What chooses the parameters must not be what is reported in the end: the validation fields of a run
under the same --split take no part. A fifth of the training fields, of patients of their own,
judges the settings; where names tell no patients, the last 31 %, as in the first-1000 split.
"""

import argparse
import contextlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from common.architecture import Architecture
from common.beginning import compare_recipe
from common.errors import InputError
from common.fields import Field
from common.files import whole_file
from common.labels import read_labels
from common.locks import held
from common.names import origin_of
from common.plan import Plan, check_weights
from common.setting import Setting
from common.split import Split, make_split

_FOLDS = 5
_VARIABLES = ("KERASTUNER_TUNER_ID", "KERASTUNER_ORACLE_IP", "KERASTUNER_ORACLE_PORT")
_REMEDY = "Move the folder away, or give --output DIR."
_PATIENCE = 120  # seconds that a worker waits for its chief's recipe


def make_search_plan(network: Architecture, options: argparse.Namespace, output: Path) -> Plan:
    """Check the data and split the training part once more. Raises InputError."""
    check_weights(options.weights)
    labelled = read_labels(options, None, network)
    fields = labelled["fields"]
    split = inner_split(fields, make_split(fields, options.split, options.fold, options.folds))
    print(f"split: {split.description}")
    setting = Setting(learning_rate=0.0, dropout=0.0, epochs=options.epochs, graphs=())
    return Plan(
        network=network,
        setting=setting,
        options=options,
        output=output,
        split=split,
        **labelled,
    )


def inner_split(fields: list[Field], outer: Split) -> Split:
    """Split the training fields of a split into those that train and those that judge settings."""
    training = [fields[position] for position in outer.train]
    origins = [origin_of(field.name) for field in training]
    patients = {origin.patient for origin in origins if origin}
    grouped = None not in origins and len(patients) > 1
    how = "patient" if grouped else "first-1000"
    inner = make_split(training, how, 1, min(_FOLDS, max(2, len(patients))))
    return replace(
        inner,
        train=outer.train[inner.train],
        validation=outer.train[inner.validation],
        description=f"of the training part ({outer.description}): {inner.description}",
    )


def role() -> str:
    """Tell what this process is to Keras Tuner: alone, the chief of workers, or a worker.

    By the variables that Keras Tuner's page "Distributed hyperparameter tuning" names. Raises
    InputError if only some of them are set.
    """
    given = [name for name in _VARIABLES if name in os.environ]
    if not given:
        return "alone"
    if len(given) < len(_VARIABLES):
        raise InputError(f"all of {', '.join(_VARIABLES)}", f"only {', '.join(given)}")
    return "chief" if "chief" in os.environ["KERASTUNER_TUNER_ID"] else "worker"


@contextlib.contextmanager
def claimed(folder: Path, recipe: dict[str, object]) -> Iterator[None]:
    """Keep a search's folder for this process; workers share their chief's.

    Raises InputError if a search of another recipe is there, or another process is at work.
    """
    note = folder / "recipe.json"
    if role() == "worker":
        _wait_for(note)
    if note.exists():
        compare_recipe(recipe, _read(note), note, _REMEDY)
    if role() == "worker":
        yield
        return
    with held(folder):
        if not note.exists():
            with whole_file(note) as beside:
                beside.write_text(json.dumps(recipe, indent=2))
        yield


def _wait_for(note: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while not note.exists():
        if time.monotonic() > end:
            remedy = "Start the chief with the same --output, in a folder that all machines share."
            raise InputError("the chief's recipe", "none", note, remedy)
        time.sleep(0.5)


def _read(note: Path) -> dict[str, object]:
    try:
        return json.loads(note.read_text())
    except ValueError as error:
        raise InputError("the search's recipe", "no JSON", note, _REMEDY) from error
