"""Reading ahead: what a network will be shown is read in threads while it answers."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

BATCH = 32  # pictures that a predictor is shown at once
Item = TypeVar("Item")
Read = TypeVar("Read")


def batches_of(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Divide items into lists of BATCH, the last perhaps shorter; takes no more than it gives."""
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch


def read_ahead(
    items: Iterable[Item], read: Callable[[Item], Read], readers: int, ahead: int
) -> Iterator[Read]:
    """Yield what `read` makes of items in threads, in their order, while the network answers.

    Args:
        items: What is read.
        read: Called in threads.
        readers: How many threads.
        ahead: How many items may wait.
    """
    waiting: deque[Future[Read]] = deque()
    with ThreadPoolExecutor(readers) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(read, item))
                if len(waiting) > ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)
