"""The logs of runs below folders."""

from collections.abc import Iterable
from pathlib import Path

from common.runs.pending_log import settle_and_tell
from common.utils.errors import InputError, name_some
from common.utils.names import list_below


def find_logs(folders: Iterable[Path]) -> list[Path]:
    """Return the logs of all runs below folders, each once; brings them up to date first.

    Raises:
        InputError: There is no such folder, one that cannot be listed, or no log.
    """
    folders = list(folders)
    for folder in folders:
        if not folder.is_dir():
            raise InputError("a learning-rate folder", "no such folder", folder)
        settle_and_tell(folder)
    below = (path for folder in folders for path in list_below(folder))
    found = [path for path in below if path.match("Log_Files/*/log*.xlsx")]
    logs = list({log.resolve(): log for log in reversed(found)}.values())[::-1]  # each once
    if not logs:
        where = name_some([str(folder) for folder in folders])
        raise InputError("logs of runs", "none", where, "Train a network first.")
    return logs
