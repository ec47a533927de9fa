"""Compare all finished runs: ranked table, workbook, picture and page.

  python Code/Compare.py
  python Code/Compare.py LR_0_0001 LR_0_001 --output my_dir

Reads Log_Files/<network>/log*.xlsx under the learning-rate folders (or the
folders named). Takes seconds; 200 logs take under 10.
Writes, in the project's folder or --output (an earlier comparison is replaced):

  comparison.xlsx, comparison.png, comparison.html
"""

from dataclasses import dataclass
from pathlib import Path

from common import PROJECT
from common.comparison import TITLE
from common.comparison.find import find_logs
from common.comparison.ranking import Comparison, compare
from common.comparison.table import describe_block
from common.files.atomic import check_ours
from common.files.disk import check_writable
from common.utils.cli import argument, option, parse
from common.utils.errors import InputError, start

_WORKBOOK, _PICTURE, _PAGE = "comparison.xlsx", "comparison.png", "comparison.html"


@dataclass(frozen=True)
class CompareOptions:
    """Which runs, and where their comparison goes."""

    folders: list[Path] = argument("default: LR_* of the project", type=Path, nargs="*")
    output: Path = option(PROJECT, "folder of the results (default: the project's)", type=Path)


def main() -> None:
    """Compare the runs that there are.

    Raises:
        InputError: There are none.
    """
    options = parse(CompareOptions, __doc__)
    folders = options.folders or sorted(PROJECT.glob("LR_*"))
    output = options.output
    check_writable(output.absolute())
    check_ours(output / _PAGE, TITLE, output / _WORKBOOK, output / _PICTURE)
    comparison = compare(find_logs(folders))
    _print(comparison)
    _write(comparison, output)


def _print(comparison: Comparison) -> None:
    for block, runs in comparison.blocks.items():
        print("; ".join(block.lines), *describe_block(runs), "", sep="\n")
    for reason in comparison.left_out.values():
        print(f"left out: {reason}")


def _write(comparison: Comparison, output: Path) -> None:
    if not comparison.blocks:
        raise InputError("at least one finished run", "none", do="Let a run end first.")
    from common.comparison.graphs import draw_overview  # matplotlib: a second
    from common.comparison.page import write_comparison
    from common.comparison.workbook import write_workbook

    # First of all: by the page the other files are known as ours if we are ended in between.
    write_comparison(output / _PAGE, comparison)
    write_workbook(output / _WORKBOOK, comparison)
    draw_overview(output / _PICTURE, comparison)
    print(f"results: {output}/{_WORKBOOK}, {_PICTURE}, {_PAGE}")


if __name__ == "__main__":
    start(main)
