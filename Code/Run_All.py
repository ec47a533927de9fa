"""Train every network in every learning-rate folder, one process a run, unattended.

  python Code/Run_All.py --dry-run
  python Code/Run_All.py
  python Code/Run_All.py --networks Res50 Res101 --folders LR_0_0001 --sample --epochs 2
  python Code/Run_All.py --scheduler tcp://machine:8786

Finished runs are skipped, unfinished ones go on. With GPUs, one run on each at
a time. Options that are not listed here go to the network scripts. Takes days
for all 38 runs on NuCLS; what a run prints is kept in its
Log_Files/<network>/printed.txt. Exit status 1 if a run failed.
"""

import sys
import time
from concurrent.futures import Future
from pathlib import Path

from common.errors import start
from common.options import Parser, whole_number
from common.study import Job, find_jobs
from common.workers import Cluster, ThisMachine, Workers, last_lines
from tqdm import tqdm

_LOOK = 2.0  # seconds between two looks at how far the runs have come


def main() -> None:
    """Find what there is to do, do it, and tell how it went. Raises InputError."""
    options = Parser(__doc__)
    options.add_argument("--networks", nargs="+", default=[], metavar="NAME", help="as Res50")
    options.add_argument("--folders", nargs="+", type=Path, default=[], metavar="DIR")
    options.add_argument("--output", type=Path, help="folder for results, one in it for each LR_*")
    options.add_argument("--dry-run", action="store_true", help="only show what would run")
    options.add_argument("--at-once", type=whole_number(1), help="runs at a time (default: GPUs)")
    options.add_argument("--scheduler", metavar="tcp://...", help="a Dask scheduler that computes")
    arguments, rest = options.parse_known_args()
    jobs = find_jobs(arguments.networks, arguments.folders, arguments.output, rest)
    for job in jobs:
        print(f"{job!s:<40}{job.status()}")
    if not arguments.dry_run:
        to_do = [job for job in jobs if not job.error and job.status() != "finished"]
        failed = {str(job): job.error.splitlines() for job in jobs if job.error}
        workers = Cluster(arguments.scheduler) if arguments.scheduler else None
        failed |= _compute_all(to_do, workers or ThisMachine(arguments.at_once))
        _tell(jobs, failed)


def _compute_all(jobs: list[Job], workers: Workers) -> dict[str, list[str]]:
    """Compute the jobs; return the last lines of those that failed, by name."""
    for job in jobs:
        job.screen.parent.mkdir(parents=True, exist_ok=True)
    futures = {workers.submit(job): job for job in jobs}
    failed: dict[str, list[str]] = {}
    total, before = sum(job.cost for job in jobs), sum(map(_cost_done, jobs))
    ended = 0.0  # what the jobs cost that are not waited for any more
    layout = "{l_bar}{bar}| {elapsed} passed, {remaining} left{postfix}"
    with tqdm(total=total, initial=before, bar_format=layout, smoothing=0, disable=None) as bar:
        try:
            while futures:
                for future in _ended(futures):
                    job = futures.pop(future)
                    if error := _error(future, job):
                        failed[str(job)] = error
                    told = "failed" if error else "finished"
                    tqdm.write(f"{told}: {job} ({len(futures)} left)")
                    ended += job.cost
                running = [job for job in futures.values() if job.epochs_done()]
                bar.set_postfix_str(", ".join(f"{j} {j.epochs_done()}/{j.epochs}" for j in running))
                bar.update(ended + sum(map(_cost_done, futures.values())) - bar.n)
        except KeyboardInterrupt:
            tqdm.write("ending; the runs save what they have, and go on when started again")
            workers.stop()
            raise
    return failed


def _ended(futures: dict[Future, Job]) -> list[Future]:
    time.sleep(_LOOK)
    return [future for future in futures if future.done()]


def _cost_done(job: Job) -> float:
    return job.cost * job.epochs_done() / job.epochs


def _error(future: Future, job: Job) -> list[str]:
    """Return what a job that failed said last; nothing if it did not."""
    if error := future.exception():
        return [f"lost with its worker: {error}"]
    status = future.result()
    return [f"exit status {status}", *last_lines(job.screen)] if status else []


def _tell(jobs: list[Job], failed: dict[str, list[str]]) -> None:
    print(f"{len(jobs) - len(failed)} of {len(jobs)} runs are finished")
    for name, lines in failed.items():
        print(f"failed: {name}", *(f"  {line}" for line in lines), sep="\n")
    if failed:
        sys.exit(1)


if __name__ == "__main__":
    start(main)
