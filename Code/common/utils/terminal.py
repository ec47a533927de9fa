"""What scripts say while they work, which --quiet leaves out.

Results and warnings are printed by `print`; everything else by `tell`, and shown by `bar`.
"""

from tqdm import tqdm

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


def tell(*lines: str) -> None:
    """Print lines about the work that goes on; when quiet, only those that warn."""
    for line in lines:
        if not _quiet or line.lstrip().startswith(_MATTERS):
            print(line, flush=True)


def bar(*given: object, **how: object) -> tqdm:
    """Return a bar of tqdm, arguments as it has them; hidden when quiet, or without a terminal."""
    return tqdm(*given, disable=_quiet or None, **how)
