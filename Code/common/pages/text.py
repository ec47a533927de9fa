"""Tables as lines of text, for the terminal."""

from collections.abc import Callable, Sequence

from common.pages.page import Row, shown


def aligned(rows: Sequence[Row], align: Callable[[str, int], str] = str.rjust) -> list[str]:
    """Write a table as lines whose columns stand below each other.

    Args:
        rows: All of the same columns, at least one.
        align: How a cell is brought to its column's width.
    """
    cells = [list(rows[0]), *([shown(cell) for cell in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  " + "  ".join(map(align, line, widths)).rstrip() for line in cells]
