"""unfinished.npz: what a run needs to go on after its last finished epoch."""

import contextlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from common.errors import InputError
from common.files import whole_file
from common.logbook import Row

_DAMAGED = (OSError, BadZipFile, EOFError, ValueError, KeyError, zlib.error)


@dataclass(frozen=True)
class State:
    """A run after an epoch.

    facts: how it was made, as the log's sheet `run`. rows: the epochs so far. arrays: weights,
    seeds and optimizer, in the order of training.variables_of.
    """

    facts: dict[str, object]
    rows: list[Row]
    arrays: list[np.ndarray]


def write_state(path: Path, state: State) -> None:
    """Write a state; the one before it stays until this one is whole."""
    story = json.dumps({"facts": state.facts, "rows": state.rows}, default=str)
    arrays = {f"array{at:04d}": array for at, array in enumerate(state.arrays)}
    with whole_file(path) as beside, beside.open("wb") as file:
        np.savez(file, story=np.frombuffer(story.encode(), np.uint8), **arrays)


def read_state(path: Path) -> State:
    """Read a whole state; checksums are compared. Raises InputError if it is damaged."""
    with _opened(path) as file:
        story = _story(file)
        arrays = [file[name] for name in sorted(file) if name.startswith("array")]
    return State(story["facts"], story["rows"], arrays)


def read_facts(path: Path) -> dict[str, object]:
    """Read how an unfinished run was made, and nothing else of it. Raises InputError."""
    with _opened(path) as file:
        return _story(file)["facts"]


def epochs_of(path: Path) -> int:
    """Count the epochs of an unfinished run. Raises InputError."""
    with _opened(path) as file:
        return len(_story(file)["rows"])


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[np.lib.npyio.NpzFile]:
    """Open a state for the block; whatever damage the block meets is told in one way."""
    try:
        with np.load(path, allow_pickle=False) as file:
            yield file
    except _DAMAGED as error:
        raise _damaged(path, error) from error


def _story(file: np.lib.npyio.NpzFile) -> dict:
    return json.loads(file["story"].tobytes())


def _damaged(path: Path, error: Exception) -> InputError:
    return InputError(
        "the state of an unfinished run",
        f"a damaged file ({error})",
        path,
        "Its log and models are kept. Give --again to train beside them, or --output DIR.",
    )
