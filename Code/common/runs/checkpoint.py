"""unfinished.npz: what a run needs to go on after its last finished epoch."""

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from common.files.atomic import whole_file
from common.files.json_text import parse_object
from common.runs.epochs import Epoch, epoch_of_row
from common.runs.record import Record, read_record
from common.utils.entries import to_entries
from common.utils.errors import DAMAGED_ARRAY, DAMAGED_ZIP, InputError

# What reading a damaged .npz raises.
DAMAGED = (*DAMAGED_ZIP, *DAMAGED_ARRAY, TypeError, AttributeError)
# Names inside the file, as the first version wrote them.
_STORY, _FACTS, _ROWS, _ARRAY = "story", "facts", "rows", "array"
_ANSWERS = "answers"
_NO_ANSWERS = np.zeros(0, np.float32)


@dataclass(frozen=True)
class Checkpoint:
    """A run after an epoch.

    Attributes:
        record: How it was made.
        epochs: The epochs so far.
        arrays: Weights, seeds and optimizer, in the order of TrainedNetwork.variables; none
            before the first epoch has finished.
        answers: Of the best epoch for the fields that do not train, as Split.held_out has them,
            float32; none before the first epoch, or if an earlier version wrote the checkpoint.
    """

    record: Record
    epochs: Sequence[Epoch]
    arrays: Sequence[np.ndarray]
    answers: np.ndarray = field(default_factory=lambda: _NO_ANSWERS)


@dataclass(frozen=True)
class CheckpointHead:
    """What a checkpoint tells without its arrays, which are large."""

    record: Record
    epochs: list[Epoch]


def write_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint; the one before it stays until this one is whole."""
    rows = [epoch.row for epoch in checkpoint.epochs]
    story = json.dumps({_FACTS: to_entries(checkpoint.record), _ROWS: rows})
    # As bytes: NumPy keeps text in four bytes a character, and other objects only pickled.
    with whole_file(path) as beside, beside.open("wb") as file:
        text = np.frombuffer(story.encode(), np.uint8)
        others = {_STORY: text, _ANSWERS: checkpoint.answers}
        np.savez(file, **others, **named_arrays(checkpoint.arrays))


def named_arrays(arrays: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    """Name the arrays of a network for an .npz file, as `arrays_of` finds them again."""
    # Padded with zeros, so that sorting the names restores the order.
    return {f"{_ARRAY}{at:04d}": array for at, array in enumerate(arrays)}


def arrays_of(file: np.lib.npyio.NpzFile) -> list[np.ndarray]:
    """Read the arrays that `named_arrays` has named, in their order."""
    return [file[name] for name in sorted(file) if name.startswith(_ARRAY)]


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a whole checkpoint; checksums are compared.

    Raises:
        InputError: It is damaged.
    """
    with _opened(path) as file:
        head = _head(file, path)
        arrays = arrays_of(file)
        answers = file.get(_ANSWERS, _NO_ANSWERS)
    return Checkpoint(head.record, head.epochs, arrays, answers)


def read_head(path: Path) -> CheckpointHead:
    """Read how an unfinished run was made and its epochs, and nothing else.

    Raises:
        InputError: It is damaged.
    """
    # NumPy reads an entry of the file when it is asked for: the large arrays stay unread.
    with _opened(path) as file:
        return _head(file, path)


def _head(file: np.lib.npyio.NpzFile, path: Path) -> CheckpointHead:
    story = parse_object(file[_STORY].tobytes())
    return CheckpointHead(
        read_record(story[_FACTS], path), [epoch_of_row(row) for row in story[_ROWS]]
    )


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[np.lib.npyio.NpzFile]:
    """Open a checkpoint for the block; whatever damage the block meets is one error."""
    try:
        # Unpickling could run code that somebody has put into the file.
        with np.load(path, allow_pickle=False) as file:
            yield file
    except DAMAGED as error:
        raise InputError(
            "the state of an unfinished run",
            f"a damaged file ({error})",
            path,
            "Its log and models are kept. Give --again to train beside them, or --output DIR.",
        ) from error
