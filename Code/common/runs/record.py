"""How a run was made: one record, kept in the log's sheet `run`, checkpoints and model files.

The names of its entries stand here and in the parts that it is made of, and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from common.config.recipe import Recipe
from common.splits.audit import Audit
from common.utils.entries import Entries, entry, from_entries, known_entries
from common.utils.errors import InputError

_NEVER = "never"


@dataclass(frozen=True)
class Versions:
    """The versions that a run's metrics depend on."""

    project: str = entry("version")
    python: str = entry("Python")
    tensorflow: str = entry("TensorFlow")
    keras: str = entry("Keras")
    commit: str = entry("git commit")


@dataclass(frozen=True)
class Computed:
    """What a run computed with.

    Attributes:
        momentum: Of the batch statistics.
        device: Its name.
        precision: Of the activations while training.
        versions: Of the software.
    """

    momentum: float = entry("batch normalisation momentum")
    device: str = entry("device")
    precision: str = entry("precision")
    versions: Versions


@dataclass(frozen=True)
class Shown:
    """What a run's network was shown.

    Attributes:
        data_set: The data set's folder.
        counts: Its test.json.
        merged: How many entries were pooled into others.
        audit: What training and validation share.
        field_microns: Edge of a field.
        stain_target: The field whose stains all pictures have, "none" for their own.
        stain_values: JSON of that target.
    """

    data_set: str = entry("data set")
    counts: str = entry("counts")
    merged: int = entry("entries merged")
    audit: Audit
    field_microns: float = entry("field microns")
    stain_target: str = entry("stain target")
    stain_values: str = entry("stain values")


@dataclass(frozen=True)
class Record:
    """How a run was made.

    Attributes:
        command: As it was given.
        recipe: All that its metrics depend on.
        shown: What the network was shown.
        computed: What it computed with.
        start: Local time with its offset to UTC.
        resumed: When and after which epochs it went on.
        end: None while it has not finished.
    """

    command: str = entry("command")
    recipe: Recipe
    shown: Shown
    computed: Computed
    start: str = entry("start")
    resumed: str = entry("resumed")
    end: str | None = entry("end", optional=True)

    def going_on(self, after: int, when: str, epochs: int) -> "Record":
        """Return the record of the run once it goes on after an epoch, for so many in all."""
        note = f"after epoch {after} at {when}"
        if epochs != self.recipe.epochs:
            note += f", for {epochs} epochs instead of {self.recipe.epochs}"
        resumed = note if self.resumed == _NEVER else f"{self.resumed}; {note}"
        return replace(self, recipe=self.recipe.with_epochs(epochs), resumed=resumed, end=None)

    def finished(self, when: str) -> "Record":
        """Return the record of the run once it has finished."""
        return replace(self, end=when)


def new_record(
    command: str, recipe: Recipe, shown: Shown, computed: Computed, start: str
) -> Record:
    """Return the record of a run that begins."""
    return Record(command, recipe, shown, computed, start, resumed=_NEVER)


def read_record(entries: Mapping[str, object], place: Path) -> Record:
    """Read a record, also as earlier versions wrote it.

    Args:
        entries: As they were kept.
        place: The file that keeps them, for messages.

    Raises:
        InputError: An entry is missing, or is not what it should be.
    """
    remedy = "An older version of the scripts wrote the log: train the run again."
    try:
        return from_entries(Record, modernised(entries))
    except KeyError as error:
        expected = f"{error.args[0]!r} in the sheet `run`"
        raise InputError(expected, "none", place, remedy) from error
    except ValueError as error:
        raise InputError("how the run was made", str(error), place, remedy) from error


def known_of_record(entries: Mapping[str, object]) -> dict[str, object]:
    """Read what is there of a record, by the names of its fields.

    Raises:
        ValueError: An entry is not what it should be.
    """
    return known_entries(Record, modernised(entries))


def modernised(entries: Mapping[str, object]) -> Entries:
    """Return entries under today's names.

    Until version 1.0 `data` told in a sentence whether the data set was synthetic, and `end` that
    a run had not finished.
    """
    now = dict(entries)
    if "data" in now:
        now["synthetic data"] = str(now.pop("data")).startswith("SYNTHETIC")
    if now.get("end") == "not finished":
        del now["end"]
    return now
