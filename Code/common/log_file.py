"""A log's way onto the disk: into place at once, or as soon as whoever has it open lets go.

On Windows a workbook that is open in Excel cannot be replaced. Its newest version then waits beside
it as .log0.xlsx, and the figures lie in log0.csv for reading.
"""

import contextlib
import csv
import os
import re
from pathlib import Path

from common.baselines import Figures
from common.fields import Field
from common.files import whole_file
from common.logbook import COLUMNS, Row, write_log

_WAITING = re.compile(r"\.log\d+\.xlsx")


def save_log(
    log: Path,
    rows: list[Row],
    facts: dict[str, object],
    baselines: dict[str, Figures],
    sides: list[tuple[Field, str]],
) -> None:
    """Write a log as write_log does; if it cannot be replaced now, say so and keep the rows."""
    waiting = log.with_name(f".{log.name}")
    write_log(waiting, rows, facts, baselines, sides)
    if not _replace(waiting, log):
        with contextlib.suppress(PermissionError):  # the CSV may be open as well
            _write_csv(log.with_suffix(".csv"), rows)
        print(f"warning: {log} is open elsewhere; close it. Until then: {log.stem}.csv beside it")


def _write_csv(path: Path, rows: list[Row]) -> None:
    with whole_file(path) as beside, beside.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def settle_logs(folder: Path) -> None:
    """Put every waiting log below a folder into its place, where that is possible now."""
    for waiting in folder.rglob("Log_Files/*/.log*.xlsx"):
        log = waiting.with_name(waiting.name[1:])
        if _WAITING.fullmatch(waiting.name) and _replace(waiting, log):
            print(f"log: {log} has been brought up to date")


def newest_log(log: Path) -> Path:
    """Return the waiting version of a log if there is one, else the log."""
    waiting = log.with_name(f".{log.name}")
    return waiting if waiting.exists() else log


def _replace(waiting: Path, log: Path) -> bool:
    """Move a waiting log into place; False if somebody has the log open."""
    try:
        with contextlib.suppress(FileNotFoundError):  # another script has just done it
            os.replace(waiting, log)
    except PermissionError:
        return False
    with contextlib.suppress(PermissionError):
        log.with_suffix(".csv").unlink(missing_ok=True)
    return True
