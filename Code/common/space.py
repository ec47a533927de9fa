"""The space on the disk that a run needs."""

import shutil
from pathlib import Path

from common.errors import InputError

_MODEL_OVERHEAD = 1.02  # HDF5's structure and the network's description
_OTHERS = 20e6  # bytes: log, graphs


def check_space(
    output: Path, *, model: int, state: int, epochs: int, keep: int | None, unfinished: bool
) -> None:
    """Raise InputError unless a run fits even if every epoch is better than the one before.

    model, state: bytes of a network's weights, and of what is saved to go on. epochs: still to
    train. keep: model files that are kept, None for all. unfinished: a state is there already.
    """
    models = epochs if keep is None else min(epochs, keep + 1)
    # A state is written beside the one before it.
    needed = models * model * _MODEL_OVERHEAD + state * (1 if unfinished else 2) + _OTHERS
    free = shutil.disk_usage(next(path for path in (output, *output.parents) if path.exists())).free
    if needed > free:
        raise InputError(
            f"{needed / 1e9:.2f} GB of free space ({models} models of {model / 1e6:.0f} MB at "
            f"most, and a state of {state / 1e6:.0f} MB)",
            f"{free / 1e9:.2f} GB",
            output,
            "Make room, give --keep-best N for fewer model files, or --output DIR.",
        )
