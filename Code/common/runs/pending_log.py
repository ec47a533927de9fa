"""A log's way onto the disk: into place at once, or as soon as whoever has it open lets go.

On Windows a workbook that is open in Excel cannot be replaced. Its newest version then waits beside
it as .log0.xlsx, and the metrics lie in log0.csv for reading.
"""

import contextlib
import csv
import errno
import os
import re
from collections.abc import Sequence
from pathlib import Path

from common.files.atomic import whole_file
from common.runs.epochs import Epoch, columns_of
from common.runs.log import Log, write_log
from common.utils.terminal import tell

_WAITING = re.compile(r"\.log\d+\.xlsx")


def save_log(path: Path, log: Log) -> None:
    """Write a log as write_log does; if it cannot be replaced now, say so and keep the epochs."""
    waiting = path.with_name(f".{path.name}")
    write_log(waiting, log)
    if not _replace(waiting, path):
        with contextlib.suppress(PermissionError):  # the CSV may be open as well
            _write_csv(path.with_suffix(".csv"), log.epochs)
        print(f"warning: {path} is open elsewhere; close it. Until then: {path.stem}.csv beside it")


def _write_csv(path: Path, epochs: Sequence[Epoch]) -> None:
    with whole_file(path) as beside, beside.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns_of(epochs))
        writer.writeheader()
        writer.writerows(epoch.row for epoch in epochs)


def settle_logs(folder: Path) -> list[Path]:
    """Put every waiting log below a folder into its place, where that is possible now.

    Returns:
        The logs that have been brought up to date.
    """
    settled = []
    for waiting in folder.rglob("Log_Files/*/.log*.xlsx"):
        log = waiting.with_name(waiting.name[1:])
        if _WAITING.fullmatch(waiting.name) and _replace(waiting, log):
            settled.append(log)
    return settled


def settle_and_tell(folder: Path) -> None:
    """Put every waiting log below a folder into its place, and say which ones."""
    for log in settle_logs(folder):
        tell(f"log: {log} has been brought up to date")


def newest_log(log: Path) -> Path:
    """Return the waiting version of a log if there is one, else the log."""
    waiting = log.with_name(f".{log.name}")
    return waiting if waiting.exists() else log


def _replace(waiting: Path, log: Path) -> bool:
    """Move a waiting log into place; False if somebody has it open, or nothing can be written."""
    try:
        with contextlib.suppress(FileNotFoundError):  # another script has just done it
            os.replace(waiting, log)
    except PermissionError:
        return False
    except OSError as error:
        if error.errno != errno.EROFS:
            raise
        return False
    with contextlib.suppress(PermissionError):
        log.with_suffix(".csv").unlink(missing_ok=True)
    return True
