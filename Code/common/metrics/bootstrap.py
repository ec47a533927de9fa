"""Drawing groups (patients) with replacement, for intervals."""

from collections.abc import Iterator, Sequence

import numpy as np


def resample_groups(groups: Sequence[str], count: int) -> Iterator[np.ndarray]:
    """Draw as many groups as there are with replacement, `count` times.

    Args:
        groups: The group of each item.
        count: How many draws.

    Yields:
        The positions of the drawn groups' members, int64; nothing if there are fewer than two
        groups, which tell nothing of how much groups differ.
    """
    names, members = np.unique(groups, return_inverse=True)
    if len(names) < 2:
        return
    positions = [np.flatnonzero(members == at) for at in range(len(names))]
    random = np.random.default_rng(0)
    for draw in random.integers(len(names), size=(count, len(names))):
        yield np.concatenate([positions[at] for at in draw])
