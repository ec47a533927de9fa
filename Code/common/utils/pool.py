"""The same work for many things, on all cores."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from typing import TypeVar

from tqdm import tqdm

Thing = TypeVar("Thing")
Result = TypeVar("Result")

_FEW = 16  # done here before workers have started


@contextlib.contextmanager
def on_all_cores(
    work: Callable[[Thing], Result], things: Sequence[Thing], text: str, unit: str
) -> Iterator[Iterator[Result]]:
    """Do the work for each thing; results come in the order of things, with a bar.

    Args:
        work: A function of a module, and of nothing else.
        things: What it is given, one by one.
        text: Of the bar.
        unit: Of the bar.

    Yields:
        The results.
    """
    if len(things) <= _FEW:
        yield map(work, things)
        return
    # Forked workers would inherit the locks of threads (OpenCV's), and could wait for ever.
    with ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=_end_with_parent) as pool:
        results = pool.map(work, things, chunksize=8)
        try:
            yield tqdm(results, text, len(things), unit=f" {unit}", disable=None)
        finally:
            pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """Have this worker end as soon as its parent has ended, in whatever way."""

    def wait_for_parent() -> None:
        wait([parent_process().sentinel])
        os._exit(1)

    threading.Thread(target=wait_for_parent, daemon=True).start()
