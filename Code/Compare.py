"""Compare all finished runs: ranked table, workbook, picture and page.

  python Code/Compare.py
  python Code/Compare.py LR_0_0001 LR_0_001 --output my_dir

Reads Log_Files/<network>/log*.xlsx under the learning-rate folders (or the
folders named). Takes seconds; 200 logs take under 10.
Writes, in the project's folder or --output (an earlier comparison is replaced):

  comparison.xlsx, comparison.png, comparison.html
"""

from pathlib import Path

from common import PROJECT
from common.comparison.ranking import Comparison, compare
from common.comparison.table import describe_block
from common.runs.pending_log import settle_logs
from common.utils.cli import Parser
from common.utils.errors import InputError, start


def main() -> None:
    """Compare the runs that there are.

    Raises:
        InputError: There are none.
    """
    options = Parser(__doc__)
    options.add_argument("folders", type=Path, nargs="*", help="default: LR_* of the project")
    options.add_argument("--output", type=Path, default=PROJECT, help="folder of the results")
    arguments = options.parse_args()
    folders = arguments.folders or sorted(PROJECT.glob("LR_*"))
    comparison = compare(_logs(folders))
    _print(comparison)
    _write(comparison, arguments.output)


def _logs(folders: list[Path]) -> list[Path]:
    for folder in folders:
        if not folder.is_dir():
            raise InputError("a learning-rate folder", "no such folder", folder)
        for log in settle_logs(folder):
            print(f"log: {log} has been brought up to date")
    logs = [log for folder in folders for log in sorted(folder.rglob("Log_Files/*/log*.xlsx"))]
    if not logs:
        where = ", ".join(folder.name for folder in folders)
        raise InputError("logs to compare", "none", where, "Train a network first.")
    return logs


def _print(comparison: Comparison) -> None:
    for block, runs in comparison.blocks.items():
        print("; ".join(block.lines), *describe_block(runs), "", sep="\n")
    for reason in comparison.left_out.values():
        print(f"left out: {reason}")


def _write(comparison: Comparison, output: Path) -> None:
    if not comparison.blocks:
        raise InputError("at least one finished run", "none", do="Let a run end first.")
    from common.comparison.graphs import draw_overview  # matplotlib: a second
    from common.comparison.page import write_page
    from common.comparison.workbook import write_workbook

    write_workbook(output / "comparison.xlsx", comparison)
    draw_overview(output / "comparison.png", comparison)
    write_page(output / "comparison.html", comparison)
    print(f"results: {output}/comparison.xlsx, comparison.png, comparison.html")


if __name__ == "__main__":
    start(main)
