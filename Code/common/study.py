"""The runs of a study: every network in every learning-rate folder, and how far each has come."""

import contextlib
import importlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from common.architecture import Architecture
from common.beginning import Beginning, Stage, find_beginning
from common.dataset import PROJECT
from common.errors import InputError
from common.locks import is_held
from common.log_file import settle_logs
from common.network_options import parse
from common.places import Places
from common.plan import make_plan
from common.state import epochs_of

# 10**9 operations of a forward pass (He et al. 2016, table 1): what an epoch costs in proportion.
_COST = {50: 3.8, 101: 7.6, 152: 11.3}


@dataclass(frozen=True)
class Job:
    """A network in a learning-rate folder.

    command: the launcher and its options. begun: where the run is, and how far it has come. epochs:
    that it trains. error: why it cannot run, else "".
    """

    network: Architecture
    folder: Path
    command: list[str]
    begun: Beginning
    epochs: int
    error: str = ""

    def __str__(self) -> str:
        return f"{self.network.results} in {self.folder.name}"

    @property
    def cost(self) -> float:
        """What all its epochs cost, in proportion."""
        return _COST[self.network.depth] * self.epochs

    @property
    def lock(self) -> Path:
        """What a process holds that is at work on it."""
        return self.begun.places.logs / ".lock"

    @property
    def screen(self) -> Path:
        """The file that receives what its process prints."""
        return self.begun.places.logs / "printed.txt"

    def epochs_done(self) -> int:
        """Count the epochs that are finished and saved."""
        places = self.begun.places
        if places.state.exists():
            with contextlib.suppress(InputError):  # just finished: the file has gone
                return epochs_of(places.state)
        return self.epochs if self.begun.stage is Stage.FINISHED else 0

    def status(self) -> str:
        """Tell how far it has come."""
        if self.error:
            return f"cannot run: {self.error.splitlines()[0]}"
        if self.begun.stage is Stage.FINISHED:
            return "finished"
        at_work = ", running now" if is_held(self.begun.places.logs) else ""
        done = self.epochs_done()
        return f"{done} of {self.epochs} epochs done{at_work}" if done else f"to run{at_work}"


def find_jobs(
    networks: Sequence[str], folders: Sequence[Path], output: Path | None, options: list[str]
) -> list[Job]:
    """List the jobs, and look how far each has come. Writes nothing but logs that were waiting.

    (With --sample among the options the sample data set, if it is not there.)

    networks: names of scripts, none for all. folders: none for all LR_* of the project. output:
    the results' folder instead of the learning-rate folders; each gets its own inside. options:
    further options of the network scripts. Raises InputError if a name or an option is wrong.
    """
    for wrong, remedy in (("--again", "--output DIR"), ("--folder", "--folders DIR ...")):
        if wrong in options:
            raise InputError("options that fit all runs", wrong, do=f"Give {remedy} instead.")
    launchers = [path for folder in _folders(folders) for path in _launchers(folder)]
    unknown = set(networks) - {launcher.stem for _, launcher in launchers}
    if unknown:
        names = ", ".join(sorted({launcher.stem for _, launcher in launchers}))
        raise InputError(f"networks among {names}", ", ".join(sorted(unknown)))
    wanted = [pair for pair in launchers if not networks or pair[1].stem in networks]
    return [_job(folder, launcher, output, options) for folder, launcher in wanted]


def _folders(folders: Sequence[Path]) -> list[Path]:
    found = list(dict.fromkeys(folder.absolute() for folder in folders)) or sorted(
        PROJECT.glob("LR_*")
    )
    for folder in found:
        if not _launchers(folder):
            raise InputError("a learning-rate folder", "no network script", folder)
    return found


def _launchers(folder: Path) -> list[tuple[Path, Path]]:
    paths = [*folder.glob("Res*.py"), *folder.glob("Code/*/*.py")]
    return [(folder, path) for path in sorted(paths)]


def _job(folder: Path, launcher: Path, output: Path | None, options: list[str]) -> Job:
    network: Architecture = importlib.import_module(launcher.stem).NETWORK
    arguments = list(options)
    if output is not None:
        arguments += ["--output", str(output.absolute() / folder.name)]
    parsed = parse(network, "", ["--folder", str(folder), *arguments])
    command = [str(launcher), *arguments]
    try:
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
            plan = make_plan(network, parsed)
            settle_logs(plan.output)
        begun = find_beginning(plan.output, network.results, plan.recipe, again=False)
    except InputError as error:
        places = Places(parsed.output or folder, network.results)
        return Job(network, folder, command, Beginning(places, Stage.NEW), 0, str(error))
    return Job(network, folder, command, begun, plan.epochs)
