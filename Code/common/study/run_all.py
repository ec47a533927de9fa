"""Compute the jobs of a study and tell how they went."""

import time
from concurrent.futures import Future
from dataclasses import dataclass, field

from tqdm import tqdm

from common.study.cluster import Cluster
from common.study.estimate import describe_cost
from common.study.jobs import Job, Status
from common.study.processes import last_lines
from common.study.workers import ThisMachine, Workers
from common.utils.cli import option
from common.utils.ranges import whole_number
from common.utils.terminal import bar, is_quiet, tell

_LOOK = 2.0  # seconds between two looks at how far the runs have come


@dataclass
class StudyProgress:
    """How far the jobs of a study have come.

    Attributes:
        running: Jobs that have not ended, by their futures.
        failed: The last lines of those that failed, by name.
        cost_ended: What the jobs cost that have ended.
    """

    running: dict[Future, Job]
    failed: dict[str, list[str]] = field(default_factory=dict)
    cost_ended: float = 0.0

    @property
    def cost_done(self) -> float:
        """What is done of all jobs, in proportion to what they cost."""
        return self.cost_ended + sum(map(_cost_done, self.running.values()))

    def collect(self) -> None:
        """Take note of the jobs that have ended."""
        for future in [future for future in self.running if future.done()]:
            job = self.running.pop(future)
            if error := _error(future, job):
                self.failed[str(job)] = error
            if error or not is_quiet():
                ended = "failed" if error else "finished"
                tqdm.write(f"{ended}: {job} ({len(self.running)} left)")
            self.cost_ended += job.cost


@dataclass(frozen=True)
class ComputeOptions:
    """Who computes the runs."""

    dry_run: bool = option(False, "only show what would run, and what it would take")
    at_once: int | None = option(
        None, "runs at a time (default: as many as GPUs)", type=whole_number(1, 1024), metavar="N"
    )
    scheduler: str | None = option(None, "a Dask scheduler that computes", metavar="tcp://...")

    def workers(self) -> Workers:
        """Return what computes.

        Raises:
            InputError: No scheduler answers.
        """
        return Cluster(self.scheduler) if self.scheduler else ThisMachine(self.at_once)


def compute_jobs(jobs: list[Job], options: ComputeOptions) -> bool:
    """List jobs, compute those that have not finished, and tell how they went.

    Returns:
        Whether all are finished now; under --dry-run whether they were.

    Raises:
        InputError: No scheduler answers.
    """
    width = max((len(str(job)) for job in jobs), default=0) + 2
    for job in jobs:
        (print if options.dry_run else tell)(f"{job!s:<{width}}{job.describe()}")
    to_run = [job for job in jobs if job.status is Status.TO_RUN]
    if options.dry_run:
        print(*describe_cost(to_run, options.at_once), sep="\n")
        return all(job.status is Status.FINISHED for job in jobs)
    failed = {str(job): str(job.error).splitlines() for job in jobs if job.error}
    failed |= compute_all(to_run, options.workers())
    print(f"{len(jobs) - len(failed)} of {len(jobs)} runs are finished")
    for name, lines in failed.items():
        print(f"failed: {name}", *(f"  {line}" for line in lines), sep="\n")
    return not failed


def compute_all(jobs: list[Job], workers: Workers) -> dict[str, list[str]]:
    """Compute the jobs.

    Returns:
        The last lines of those that failed, by name.
    """
    for job in jobs:
        job.screen.parent.mkdir(parents=True, exist_ok=True)
    before = sum(map(_cost_done, jobs))
    progress = StudyProgress({workers.submit(job): job for job in jobs})
    total = sum(job.cost for job in jobs)
    layout = "{l_bar}{bar}| {elapsed} passed, {remaining} left{postfix}"
    with bar(total=total, initial=before, bar_format=layout, smoothing=0) as shown:
        try:
            while progress.running:
                time.sleep(_LOOK)
                progress.collect()
                done = [(job, job.epochs_done()) for job in progress.running.values()]
                shown.set_postfix_str(", ".join(f"{j} {n}/{j.epochs}" for j, n in done if n))
                shown.update(progress.cost_done - shown.n)
        except KeyboardInterrupt:
            tqdm.write("ending; the runs save what they have, and go on when started again")
            workers.stop()
            raise
    return progress.failed


def _cost_done(job: Job) -> float:
    return job.cost * job.epochs_done() / job.epochs


def _error(future: Future, job: Job) -> list[str]:
    """Return what a job that failed said last; nothing if it did not."""
    if error := future.exception():
        return [f"lost with its worker: {error}"]
    status = future.result()
    return [f"exit status {status}", *last_lines(job.screen)] if status else []
