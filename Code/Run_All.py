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
from pathlib import Path

from common.study.cluster import Cluster
from common.study.jobs import Job, Status, find_jobs
from common.study.run_all import compute_all
from common.study.workers import ThisMachine
from common.utils.cli import Parser, whole_number
from common.utils.errors import start


def main() -> None:
    """Find what there is to do, do it, and tell how it went.

    Raises:
        InputError: Something that the user gave cannot be.
    """
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
        print(f"{job!s:<40}{job.describe()}")
    if not arguments.dry_run:
        to_run = [job for job in jobs if job.status is Status.TO_RUN]
        workers = Cluster(arguments.scheduler) if arguments.scheduler else None
        _tell(jobs, compute_all(to_run, workers or ThisMachine(arguments.at_once)))


def _tell(jobs: list[Job], failed: dict[str, list[str]]) -> None:
    """Print what failed, by its last lines; exit with 1 if anything did."""
    cannot_run = {str(job): str(job.error).splitlines() for job in jobs if job.error}
    failed = cannot_run | failed
    print(f"{len(jobs) - len(failed)} of {len(jobs)} runs are finished")
    for name, lines in failed.items():
        print(f"failed: {name}", *(f"  {line}" for line in lines), sep="\n")
    if failed:
        sys.exit(1)


if __name__ == "__main__":
    start(main)
