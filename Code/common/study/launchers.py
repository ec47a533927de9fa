"""The launchers of networks in learning-rate folders."""

from collections.abc import Sequence
from pathlib import Path

from common import PROJECT
from common.models.architecture import NETWORKS, Architecture, networks_named
from common.utils.errors import InputError, name_some


def find_launchers(
    networks: Sequence[str], folders: Sequence[Path]
) -> list[tuple[Path, Path, Architecture]]:
    """List folders, launchers in them, and what each trains.

    Args:
        networks: Names of scripts or of result folders, none for all.
        folders: None for all LR_* of the project.

    Raises:
        InputError: There is no such network, a folder holds no launcher, or none holds that of a
            network that is named.
    """
    wanted = networks_named(networks)
    places = _places(folders)
    found = [
        (folder, launcher, network)
        for folder in places
        for launcher, network in _launchers(folder)
        if not wanted or network in wanted
    ]
    there = {network for _, _, network in found}
    for network in wanted:
        if network not in there:
            where = name_some([str(folder) for folder in places])
            raise InputError(f"a launcher {network.script}.py", "none", where)
    return found


def _places(folders: Sequence[Path]) -> list[Path]:
    chosen = folders or sorted(PROJECT.glob("LR_*"))
    found = list(dict.fromkeys(folder.absolute() for folder in chosen))
    for folder in found:
        if not _launchers(folder):
            raise InputError("a learning-rate folder", "no network script", folder)
    return found


def _launchers(folder: Path) -> list[tuple[Path, Architecture]]:
    """List the launchers in a folder; scripts of other names are a user's own."""
    scripts = {network.script: network for network in NETWORKS}
    paths = [*folder.glob("Res*.py"), *folder.glob("Code/*/*.py")]
    return [(path, scripts[path.stem]) for path in sorted(paths) if path.stem in scripts]
