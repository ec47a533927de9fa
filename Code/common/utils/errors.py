"""Wrong input: one way to say it, one way to end."""

import sys
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tokenize import TokenError
from zipfile import BadZipFile

from common.utils.interrupt import end_with_parent
from common.utils.terminal import work_unheard

# What reading a damaged or odd ZIP raises, as workbooks and NumPy's .npz are: bytes that are no
# ZIP, cut off or do not unpack, members that are missing, encrypted or packed in another way.
DAMAGED_ZIP = (
    *(OSError, BadZipFile, EOFError, zlib.error),
    *(KeyError, RuntimeError, NotImplementedError),
)
# What NumPy raises for a damaged .npy, whose head it reads as Python.
DAMAGED_ARRAY = (OSError, EOFError, ValueError, SyntaxError, TokenError, MemoryError)


class InputError(Exception):
    """Something the user gave cannot be used; the message says what to do about it.

    Rendered as "expected ..., found ... in <place>" and, on a second line, the remedy.

    Attributes:
        status: Of a script that ends with it.
        reason: What was expected and found, without the place.
    """

    status = 2

    def __init__(self, expected: str, found: str, place: Path | str = "", do: str = "") -> None:
        # All of them, so that the error survives the way from a worker's process to this one.
        super().__init__(expected, found, place, do)
        self.reason = f"expected {expected}, found {found}"

    def __str__(self) -> str:
        place, do = self.args[2:]
        where = f" in {place}" if str(place) else ""
        return f"{self.reason}{where}" + (f"\n  {do}" if do else "")

    @property
    def first_line(self) -> str:
        """The message without its remedy."""
        return str(self).splitlines()[0]


class InUseError(InputError):
    """Another process is at work there: the same command may do later."""

    status = 75  # EX_TEMPFAIL of sysexits.h: try again later


def name_some(names: Sequence[str], most: int = 3) -> str:
    """Join names for a message, so that a thousand of them stay one line."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def name_all(
    odd: Mapping[str, InputError], do: str = "--skip-bad-fields leaves them out."
) -> InputError:
    """Return the error that names all fields that cannot be used; a single one keeps its own."""
    if len(odd) == 1:
        return next(iter(odd.values()))
    reasons = "; ".join(f"{name}: {error.reason}" for name, error in odd.items())
    found = f"{len(odd)} odd ones ({reasons})"
    return InputError("fields of view that can be used", found, do=do)


def start(script: Callable[[], None]) -> None:
    """Run a script's main function, and end it in a line or two if it cannot go on.

    Exit status: 2 for wrong input, 75 if another process is at work there, 1 if the machine fails
    (a full disk), 130 after Ctrl-C.
    """
    end_with_parent()
    work_unheard()
    try:
        script()
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.status)
    except OSError as error:
        if error.strerror is None:
            raise
        expected = "expected files that can be read and written"
        where = f" in {error.filename}" if error.filename else ""
        print(f"error: {expected}, found {error.strerror}{where}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nended by Ctrl-C or SIGTERM; what was saved is kept", file=sys.stderr)
        sys.exit(130)
