"""Asked to end: by Ctrl-C, by SIGTERM, by the end of the process that has started this one."""

import _thread
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType

ENDS_WITH_STDIN = "TUMOUR_DENSITY_ENDS_WITH_STDIN"


class StopRequest:
    """Whether somebody has asked for the end."""

    asked = False

    def check(self) -> None:
        """Raise KeyboardInterrupt if somebody has."""
        if self.asked:
            raise KeyboardInterrupt


@contextlib.contextmanager
def stop_on_request() -> Iterator[StopRequest]:
    """Turn the first Ctrl-C or SIGTERM of the block into a request; the second ends at once."""
    request = StopRequest()

    def note(_signal: int, _frame: FrameType | None) -> None:
        request.asked = True
        restore()
        print("\nending after this step or what is being saved; once more to end at once")

    def restore() -> None:
        for number, handler in earlier.items():
            signal.signal(number, handler)

    earlier = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield request
    finally:
        restore()


def end_with_parent() -> None:
    """Have this process end, saved, once its parent has ended, if that has asked for it.

    The parent holds the other end of standard input, which the operating system closes however it
    ends; that works on every system, where signals at a parent's death do not.
    """
    if os.environ.pop(ENDS_WITH_STDIN, None):
        # A shell has what it starts in the background pass over Ctrl-C; this process must not.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    with contextlib.suppress(OSError):
        while os.read(sys.stdin.fileno(), 1024):
            pass
    _thread.interrupt_main()  # as Ctrl-C does
