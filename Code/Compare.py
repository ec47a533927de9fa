"""Compare all finished runs: ranked table, workbook, picture and page.

  python Code/Compare.py
  python Code/Compare.py LR_0_0001 LR_0_001 --output my_dir

Reads Log_Files/<network>/log*.xlsx under the learning-rate folders (or the
folders named). Takes seconds; 200 logs take under 10.
Writes, in the project's folder or --output (an earlier comparison is replaced):

  comparison.xlsx, comparison.png, comparison.html
"""

from pathlib import Path

from common.comparison import BASELINES, Comparison, compare, shown, table_of
from common.dataset import PROJECT
from common.errors import InputError, start
from common.log_file import settle_logs
from common.options import Parser

_PRINTED = (
    "rank",
    "network",
    "folder",
    "best epoch",
    "val_mae",
    "mae",
    "gap",
    "seconds",
    "images/s",
)


def main() -> None:
    """Compare the runs that there are. Raises InputError if there are none."""
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
        settle_logs(folder)
    logs = [log for folder in folders for log in sorted(folder.rglob("Log_Files/*/log*.xlsx"))]
    if not logs:
        where = ", ".join(folder.name for folder in folders)
        raise InputError("logs to compare", "none", where, "Train a network first.")
    return logs


def _print(comparison: Comparison) -> None:
    for block, runs in comparison.blocks.items():
        print("; ".join(block))
        rows = table_of(runs)
        cells = [list(_PRINTED), *([shown(row[name]) for name in _PRINTED] for row in rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        for line in cells:
            print("  " + "  ".join(map(str.rjust, line, widths)))
        baselines = [f"{name} {shown(rows[0][name])}" for name in BASELINES]
        print(f"  baselines, val_mae: {', '.join(baselines)}\n")
    for reason in comparison.left_out.values():
        print(f"left out: {reason}")


def _write(comparison: Comparison, output: Path) -> None:
    if not comparison.blocks:
        raise InputError("at least one finished run", "none", do="Let a run end first.")
    from common.comparison_book import write_book
    from common.comparison_graphs import draw_overview  # matplotlib: a second
    from common.comparison_page import write_page

    write_book(output / "comparison.xlsx", comparison)
    draw_overview(output / "comparison.png", comparison)
    write_page(output / "comparison.html", comparison)
    print(f"results: {output}/comparison.xlsx, comparison.png, comparison.html")


if __name__ == "__main__":
    start(main)
