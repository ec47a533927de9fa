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
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from common.study.cluster import Cluster
from common.study.jobs import Job, Status, find_jobs
from common.study.run_all import compute_all
from common.study.workers import ThisMachine
from common.utils.cli import option, parse_known
from common.utils.errors import start
from common.utils.ranges import whole_number


@dataclass(frozen=True)
class StudyOptions:
    """Which runs, and who computes them."""

    networks: Sequence[str] = option((), "as Res50 (default: all)", nargs="+", metavar="NAME")
    folders: Sequence[Path] = option((), "default: all LR_*", type=Path, nargs="+", metavar="DIR")
    output: Path | None = option(
        None, "folder for results, one in it for each LR_* (default: those folders)", type=Path
    )
    dry_run: bool = option(False, "only show what would run")
    at_once: int | None = option(
        None, "runs at a time (default: as many as GPUs)", type=whole_number(1, 1024), metavar="N"
    )
    scheduler: str | None = option(None, "a Dask scheduler that computes", metavar="tcp://...")


def main() -> None:
    """Find what there is to do, do it, and tell how it went.

    Raises:
        InputError: Something that the user gave cannot be.
    """
    options, rest = parse_known(StudyOptions, __doc__)
    jobs = find_jobs(options.networks, options.folders, options.output, rest)
    for job in jobs:
        print(f"{job!s:<40}{job.describe()}")
    if not options.dry_run:
        to_run = [job for job in jobs if job.status is Status.TO_RUN]
        workers = Cluster(options.scheduler) if options.scheduler else None
        _tell(jobs, compute_all(to_run, workers or ThisMachine(options.at_once)))


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
