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

from common.study.jobs import find_jobs
from common.study.run_all import ComputeOptions, compute_jobs
from common.utils.cli import option, parse_known
from common.utils.errors import start


@dataclass(frozen=True)
class StudyOptions:
    """Which runs, and who computes them."""

    compute: ComputeOptions
    networks: Sequence[str] = option((), "as Res50 (default: all)", nargs="+", metavar="NAME")
    folders: Sequence[Path] = option((), "default: all LR_*", type=Path, nargs="+", metavar="DIR")
    output: Path | None = option(
        None, "folder for results, one in it for each LR_* (default: those folders)", type=Path
    )


def main() -> None:
    """Find what there is to do, do it, and tell how it went.

    Raises:
        InputError: Something that the user gave cannot be.
    """
    options, rest = parse_known(StudyOptions, __doc__)
    jobs = find_jobs(options.networks, options.folders, options.output, rest)
    finished = compute_jobs(jobs, options.compute)
    if not (finished or options.compute.dry_run):
        sys.exit(1)


if __name__ == "__main__":
    start(main)
