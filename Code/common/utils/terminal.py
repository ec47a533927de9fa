"""What scripts say while they work, which --quiet leaves out.

Results and warnings are printed by `print`; everything else by `tell`, and shown by `bar`.
"""

import io
import os
import shlex
import subprocess
import sys

from tqdm import tqdm

from common import PROJECT

# How lines begin that are told in any case.
_MATTERS = ("warning:", "note:", "left out:", "failed:")
_quiet = False


def be_quiet() -> None:
    """Have this process say no more than results, warnings and errors."""
    global _quiet
    _quiet = True


def is_quiet() -> bool:
    """Tell whether be_quiet was called."""
    return _quiet


class _Unheard(io.FileIO):
    """A file whose text is lost, not the work, when its reader has had enough, as `head`."""

    def write(self, text: bytes) -> int:
        """Write, or from now on pass over what is written."""
        try:
            return super().write(text)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            return len(text)


def work_unheard() -> None:
    """Have this process go on with its work when nobody reads its lines any more.

    Nor does it end because of a sign in a name that a terminal's encoding does not have.
    """
    out = sys.stdout
    raw = io.BufferedWriter(_Unheard(out.fileno(), "w", closefd=False))
    lines = out.line_buffering
    sys.stdout = io.TextIOWrapper(raw, out.encoding, "backslashreplace", line_buffering=lines)


def tell(*lines: str) -> None:
    """Print lines about the work that goes on; when quiet, only those that warn."""
    for line in lines:
        if not _quiet or line.lstrip().startswith(_MATTERS):
            print(line, flush=True)


def bar(*given: object, **how: object) -> tqdm:
    """Return a bar of tqdm, arguments as it has them; hidden when quiet, or without a terminal."""
    return tqdm(*given, disable=_quiet or None, **how)


def command_line(*words: object) -> str:
    """Return a command as this system's shell takes it, whatever its words hold."""
    texts = [str(word) for word in words]
    return subprocess.list2cmdline(texts) if os.name == "nt" else shlex.join(texts)


def command_of(script: str, *words: object) -> str:
    """Return the command of a script in Code/, to be pasted anywhere."""
    return command_line("python", PROJECT / "Code" / f"{script}.py", *words)
