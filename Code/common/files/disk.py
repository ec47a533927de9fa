"""Where can be written: folders of results, space for a whole run, the cache."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from common import PROJECT
from common.utils.cli import option
from common.utils.errors import InputError

_MODEL_OVERHEAD = 1.02  # HDF5's structure and the network's description
_OTHERS = 20e6  # bytes: log, graphs
_CACHE = PROJECT / "Dataset" / ".cache"
# An environment variable, so that the processes that a script starts use the same.
_CHOSEN_CACHE = "TUMOUR_DENSITY_CACHE"


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
    free = free_space(output)
    if needed.total > free:
        raise InputError(
            f"{needed.total / 1e9:.2f} GB of free space ({needed.models} models of "
            f"{needed.model / 1e6:.0f} MB at most, and a state of "
            f"{needed.checkpoint / 1e6:.0f} MB)",
            f"{free / 1e9:.2f} GB",
            output,
            "Make room, give --keep-best N for fewer model files, or --output DIR.",
        )


def free_space(folder: Path) -> int:
    """Return how many bytes can be written to a folder, which need not exist."""
    return shutil.disk_usage(_nearest(folder)).free


def check_writable(output: Path, what: str = "the results", do: str = "Give --output DIR.") -> None:
    """Raise InputError unless files can be written to a folder; makes nothing.

    Args:
        output: The folder, which need not exist.
        what: The files, for the message.
        do: The remedy, for the message.
    """
    if not can_write(output):
        there = _nearest(output)
        found = "one that may not be written to" if there.is_dir() else "a file"
        raise InputError(f"a folder for {what}", found, there, do)


def can_write(folder: Path) -> bool:
    """Tell whether files can be written to a folder, which need not exist; makes nothing."""
    there = _nearest(folder)
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


@dataclass(frozen=True)
class CacheOptions:
    """Where a script keeps what can be made again."""

    cache: Path | None = option(
        None,
        "folder of what can be made again, as decoded pictures (default: Dataset/.cache, or the "
        "user's cache folder where that may not be written to)",
        type=Path,
        metavar="DIR",
    )

    def use(self) -> None:
        """Have this process, and those that it starts, use the folder.

        Raises:
            InputError: It cannot be written to.
        """
        if self.cache:
            folder = self.cache.absolute()
            check_writable(folder, "what can be made again", "Give another --cache DIR.")
            os.environ[_CHOSEN_CACHE] = str(folder)


def cache_folder() -> Path:
    """Return the folder of what can be made again, which may be deleted at any time."""
    chosen = os.environ.get(_CHOSEN_CACHE)
    if chosen:
        return Path(chosen).absolute()
    return _CACHE if can_write(_CACHE) else _user_cache() / "tumour-density"


def _user_cache() -> Path:
    """Return the user's cache folder, as the system has it (Linux: XDG base directories)."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _nearest(path: Path) -> Path:
    """Return the path, or the nearest folder above it that exists."""
    return next(part for part in (path, *path.parents) if part.exists())
