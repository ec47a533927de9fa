"""Drawing groups (patients) with replacement, for intervals."""

from collections.abc import Iterator, Sequence

import numpy as np


def resample_groups(groups: Sequence[str], count: int) -> Iterator[tuple[np.ndarray, int]]:
    """Draw as many groups as there are with replacement, `count` times.

    Args:
        groups: The group of each item.
        count: How many draws.

    Yields:
        The positions of the drawn groups' members, int64, and how often these groups were drawn;
        nothing if there are fewer than two groups, which tell nothing of how much groups differ.
    """
    names, members = np.unique(groups, return_inverse=True)
    if len(names) < 2:
        return
    positions = [np.flatnonzero(members == at) for at in range(len(names))]
    random = np.random.default_rng(0)
    drawn = np.sort(random.integers(len(names), size=(count, len(names))))
    # Of five patients there are 126 draws in all, which need no computing again.
    for draw, times in zip(*np.unique(drawn, axis=0, return_counts=True), strict=True):
        yield np.concatenate([positions[at] for at in draw]), int(times)
