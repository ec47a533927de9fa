"""The runs of a study: every network in every learning-rate folder, and how far each has come."""

import contextlib
import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from common.config.network_options import NetworkOptions
from common.config.plan import Plan, make_plan
from common.config.prepare import digest_pictures
from common.data.loading import Labels, load_labels
from common.files.locks import is_held
from common.models.architecture import Architecture
from common.runs.checkpoint import read_head
from common.runs.paths import RunPaths
from common.runs.pending_log import settle_logs
from common.runs.resume import Progress, Start, find_start, with_earlier_batch_size
from common.study.launchers import find_launchers
from common.utils.cli import parse
from common.utils.errors import InputError
from common.utils.terminal import bar


class Status(enum.Enum):
    """What there is to do for a job."""

    CANNOT_RUN = enum.auto()
    TO_RUN = enum.auto()
    FINISHED = enum.auto()


@dataclass(frozen=True)
class Variant:
    """One of several ways in which a study runs the same network in the same folder.

    Attributes:
        name: Of its folder of results, inside that of the learning rate; none of a study's only
            one, which takes that folder itself.
        options: Of the network script.
    """

    name: str = ""
    options: Sequence[str] = ()


@dataclass(frozen=True)
class Job:
    """A network in a learning-rate folder.

    Attributes:
        network: What is trained.
        folder: Where.
        command: The launcher and its options.
        start: Where the run is, and how far it had come when it was looked at.
        epochs: That it trains.
        plan: What its run is to do; None if it cannot run.
        variant: The name of the way in which it is trained.
        error: Why it cannot run; None if it can.
    """

    network: Architecture
    folder: Path
    command: list[str]
    start: Start
    epochs: int
    plan: Plan | None
    variant: str = ""
    error: InputError | None = None

    def __str__(self) -> str:
        way = f", {self.variant}" if self.variant else ""
        return f"{self.network.script} in {self.folder.name}{way}"

    @property
    def status(self) -> Status:
        """What there is to do."""
        if self.error:
            return Status.CANNOT_RUN
        finished = self.start.progress is Progress.FINISHED
        return Status.FINISHED if finished else Status.TO_RUN

    @property
    def cost(self) -> float:
        """What all its epochs cost, in proportion."""
        return self.network.cost * self.epochs

    @property
    def logs(self) -> Path:
        """The folder of its log, which the process holds that is at work on it."""
        return self.start.paths.logs

    @property
    def screen(self) -> Path:
        """The file that receives what its process prints."""
        return self.logs / "printed.txt"

    def epochs_done(self) -> int:
        """Count the epochs that are finished and saved."""
        checkpoint = self.start.paths.checkpoint
        if checkpoint.exists():
            with contextlib.suppress(InputError):  # just finished: the file has gone
                return len(read_head(checkpoint).epochs)
        return self.epochs if self.start.progress is Progress.FINISHED else self.start.epochs

    def describe(self) -> str:
        """Say in a line how far it has come."""
        if self.error:
            return f"cannot run: {self.error.first_line}"
        if self.status is Status.FINISHED:
            return "finished"
        at_work = ", running now" if is_held(self.logs) else ""
        done = self.epochs_done()
        return f"{done} of {self.epochs} epochs done{at_work}" if done else f"to run{at_work}"


def find_jobs(
    networks: Sequence[str],
    folders: Sequence[Path],
    output: Path | None,
    options: list[str],
    variants: Sequence[Variant] = (Variant(),),
) -> list[Job]:
    """List the jobs, and look how far each has come. Writes nothing but logs that were waiting.

    (With --sample among the options the sample data set, if it is not there.)

    Args:
        networks: Names of scripts or of result folders, none for all.
        folders: None for all LR_* of the project.
        output: The results' folder instead of the learning-rate folders; each gets its own inside.
        options: Further options of the network scripts.
        variants: The ways in which each network is trained in each folder.

    Raises:
        InputError: A name or an option is wrong.
    """
    given = parse(NetworkOptions, "", options).results
    check_fits_all(not given.again, "--again", "--output DIR")
    check_fits_all(not given.folder, "--folder", "--folders DIR ...")
    found = [
        (*launcher, output, options, variant)
        for launcher in find_launchers(networks, folders)
        for variant in variants
    ]
    load = cache(load_labels)  # of all runs at once
    return [_job(*one, load) for one in bar(found, "looking at runs", unit=" runs")]


def check_fits_all(fits: bool, option: str, instead: str) -> None:
    """Raise InputError for an option of the network scripts that cannot be that of all runs."""
    if not fits:
        raise InputError("options that fit all runs", option, do=f"Give {instead} instead.")


def _job(
    folder: Path,
    launcher: Path,
    network: Architecture,
    output: Path | None,
    options: list[str],
    variant: Variant,
    load: Callable[..., Labels],
) -> Job:
    arguments = [*options, *variant.options]
    if output is not None:
        arguments += ["--output", str(output.absolute() / folder.name / variant.name)]
    parsed = parse(NetworkOptions, "", ["--folder", str(folder), *arguments])
    command = [str(launcher), *arguments]
    try:
        plan = with_earlier_batch_size(make_plan(network, parsed, load))
        settle_logs(plan.output)
        start = find_start(
            plan.output, network.results, plan.recipe, partial(digest_pictures, plan.data)
        )
    except InputError as error:
        paths = RunPaths(parsed.results.output or folder, network.results)
        start = Start(paths, Progress.NEW)
        return Job(network, folder, command, start, 0, None, variant.name, error)
    return Job(network, folder, command, start, plan.epochs, plan, variant.name)
