"""What is evaluated: a run's best model, and the labelled fields of view that it answers for."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common.annotations import extract_counts
from common.dataset import DataSet, find_data_set
from common.errors import InputError, some
from common.fields import Field, pair_fields
from common.log_file import settle_logs
from common.logbook import Log, best_row, read_log
from common.model_file import ModelFile, read_model_file
from common.names import patient_of
from common.pictures import load_pictures
from common.places import Places, places_of
from common.stains import normalised


@dataclass(frozen=True)
class Evaluated:
    """A model, and the fields that it is evaluated on.

    pictures: uint8 RGB, (fields, size, size, 3), at the model's size. suffix: "" for the run's own
    validation fields, else the name of the other data set, for the results' names.
    """

    places: Places
    model: ModelFile
    epoch: int
    data_set: DataSet
    fields: list[Field]
    pictures: np.ndarray
    suffix: str

    @property
    def patients(self) -> list[str]:
        """The patient of each field; a field whose name tells none stands for itself."""
        return [patient_of(field.name) for field in self.fields]


def evaluated(log_path: Path, other: Path | None) -> Evaluated:
    """Find a run's best model and its validation fields, or all fields of another data set.

    Raises InputError if the log, the model, a picture or another part is missing.
    """
    places = places_of(log_path)
    settle_logs(places.output)
    log = read_log(log_path)
    if not log.rows:
        raise InputError("a log with a finished epoch", "none", log_path, "Let the run go on.")
    best = best_row(log.rows)
    model = places.model(int(best["epoch"]), best["val_loss"])
    if not model.is_file():
        raise InputError("the model of the best epoch", "no such file", model, "Put it back.")
    file = read_model_file(model)
    data_set = find_data_set(other or Path(log.fact("data set")))
    fields = _all_fields(data_set) if other else _validation_fields(data_set, log)
    suffix = f"-{data_set.root.name}" if other else ""
    pictures = _pictures(fields, file)
    return Evaluated(places, file, int(best["epoch"]), data_set, fields, pictures, suffix)


def _pictures(fields: list[Field], model: ModelFile) -> np.ndarray:
    """Read the pictures as the run did: its size, and its stain target where it has one."""
    pictures = load_pictures(fields, model.size)
    return normalised(pictures, model.stain)[0] if model.stain else pictures


def _all_fields(data_set: DataSet) -> list[Field]:
    return pair_fields(data_set, extract_counts(data_set)[0], data_set.root)


def _validation_fields(data_set: DataSet, log: Log) -> list[Field]:
    """Take the fields from the log, with the counts that the run trained with."""
    pictures = data_set.pictures
    sides = [entry for entry in log.sides if entry[1] == "validation"]
    missing = [name for name, *_ in sides if name not in pictures]
    if missing:
        raise InputError(
            "the run's validation pictures", f"none for {some(missing, 2)}", data_set.root
        )
    return [Field(name, pictures[name], tumour, total) for name, _, tumour, total in sides]
