"""Ctrl-C: end at the next moment at which nothing is half-written."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType


class StopRequest:
    """Whether somebody has asked for the end."""

    asked = False

    def check(self) -> None:
        """Raise KeyboardInterrupt if somebody has."""
        if self.asked:
            raise KeyboardInterrupt


@contextlib.contextmanager
def stop_on_request() -> Iterator[StopRequest]:
    """Turn the first Ctrl-C of the block into a request; the second ends at once."""
    request = StopRequest()

    def note(_signal: int, _frame: FrameType | None) -> None:
        request.asked = True
        signal.signal(signal.SIGINT, earlier)
        print("\nending after this step or what is being saved; once more to end at once")

    earlier = signal.signal(signal.SIGINT, note)
    try:
        yield request
    finally:
        signal.signal(signal.SIGINT, earlier)
