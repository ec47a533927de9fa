"""Work for many things at once: in threads, in processes on all cores, or in one of its own."""

import contextlib
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from typing import TypeVar

from common.utils.terminal import bar

Thing = TypeVar("Thing")
Result = TypeVar("Result")
_HEAD, _MOST = 80, 300  # characters of an error that are told

_FEW = 16  # done here before workers have started


def in_threads(
    work: Callable[[Thing], Result], things: Iterable[Thing], threads: int, ahead: int
) -> Iterator[Result]:
    """Do the work for each thing while the caller goes on; results come in the order of things.

    Args:
        work: Called in threads; gains where files are read and written, or much is computed in C.
        things: What it is given, one by one.
        threads: How many.
        ahead: How many things may wait.
    """
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for thing in things:
                waiting.append(pool.submit(work, thing))
                if len(waiting) > ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


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
            yield bar(results, text, len(things), unit=f" {unit}")
        finally:
            pool.shutdown(cancel_futures=True)


class NoAnswerError(Exception):
    """A process has ended without an answer: by an error, a crash, or a lack of memory."""


def in_own_process(work: Callable[..., Result], *given: object) -> Result:
    """Do the work in a process of its own, which takes its memory with it when it ends.

    Args:
        work: A function of a module, and of nothing else.
        *given: What it is given.

    Raises:
        NoAnswerError: It has failed, in whatever way; this process goes on.
    """
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(sender, work, given), daemon=True)
    process.start()
    sender.close()
    try:
        done, found = receiver.recv()
    except EOFError as error:
        process.join()
        raise NoAnswerError(f"the process ended with status {process.exitcode}") from error
    finally:
        process.kill()  # it has answered, or Ctrl-C was pressed
        process.join()
    if not done:
        raise NoAnswerError(found)
    return found


def _answer(sender: Connection, work: Callable[..., Result], given: tuple[object, ...]) -> None:
    """Send what the work returns, or which error it raises, whatever that is."""
    _end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the parent, and so this process
    try:
        found = (True, work(*given))
    except Exception as error:
        text = " ".join(str(error).split())  # TensorFlow's begin alike and tell why at their end
        short = text if len(text) < _MOST else f"{text[:_HEAD]} ... {text[_HEAD - _MOST :]}"
        found = (False, f"{type(error).__name__}: {short}")
    sender.send(found)


def _end_with_parent() -> None:
    """Have this worker end as soon as its parent has ended, in whatever way."""

    def wait_for_parent() -> None:
        wait([parent_process().sentinel])
        os._exit(1)

    threading.Thread(target=wait_for_parent, daemon=True).start()
