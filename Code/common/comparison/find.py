"""The logs of runs below folders."""

from collections.abc import Iterable
from pathlib import Path

from common.runs.pending_log import settle_and_tell
from common.utils.errors import InputError


def find_logs(folders: Iterable[Path]) -> list[Path]:
    """Return the logs of all runs below folders, each once; brings them up to date first.

    Raises:
        InputError: There is no such folder, or no log.
    """
    folders = list(folders)
    for folder in folders:
        if not folder.is_dir():
            raise InputError("a learning-rate folder", "no such folder", folder)
        settle_and_tell(folder)
    found = [log for folder in folders for log in sorted(folder.rglob("Log_Files/*/log*.xlsx"))]
    logs = list({log.resolve(): log for log in reversed(found)}.values())[::-1]  # each once
    if not logs:
        where = ", ".join(folder.name for folder in folders)
        raise InputError("logs to compare", "none", where, "Train a network first.")
    return logs
