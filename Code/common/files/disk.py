"""Whether results can be written: a folder that takes them, and space for a whole run."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from common.utils.errors import InputError

_MODEL_OVERHEAD = 1.02  # HDF5's structure and the network's description
_OTHERS = 20e6  # bytes: log, graphs


@dataclass(frozen=True)
class SpaceNeeded:
    """What a run writes, if every epoch is better than the one before.

    Attributes:
        model: Bytes of a network's weights.
        checkpoint: Bytes of what is saved to go on.
        epochs: Still to train.
        keep: Model files that are kept, None for all.
        resumed: Whether a checkpoint is there already.
    """

    model: int
    checkpoint: int
    epochs: int
    keep: int | None
    resumed: bool

    @property
    def models(self) -> int:
        """The model files that lie there at once, at most."""
        return self.epochs if self.keep is None else min(self.epochs, self.keep + 1)

    @property
    def total(self) -> float:
        """Bytes in all; a checkpoint is written beside the one before it."""
        checkpoints = self.checkpoint * (1 if self.resumed else 2)
        return self.models * self.model * _MODEL_OVERHEAD + checkpoints + _OTHERS


def check_space(output: Path, needed: SpaceNeeded) -> None:
    """Raise InputError unless a folder's disk has room for what a run writes."""
    free = shutil.disk_usage(_nearest(output)).free
    if needed.total > free:
        raise InputError(
            f"{needed.total / 1e9:.2f} GB of free space ({needed.models} models of "
            f"{needed.model / 1e6:.0f} MB at most, and a state of "
            f"{needed.checkpoint / 1e6:.0f} MB)",
            f"{free / 1e9:.2f} GB",
            output,
            "Make room, give --keep-best N for fewer model files, or --output DIR.",
        )


def check_writable(output: Path) -> None:
    """Raise InputError unless results can be written to a folder; makes nothing."""
    there = _nearest(output)
    if not there.is_dir() or not os.access(there, os.W_OK):
        found = "one that may not be written to" if there.is_dir() else "a file"
        raise InputError("a folder for the results", found, there, "Give --output DIR.")


def _nearest(path: Path) -> Path:
    """Return the path, or the nearest folder above it that exists."""
    return next(part for part in (path, *path.parents) if part.exists())
