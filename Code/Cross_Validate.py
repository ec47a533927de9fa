"""Train networks on every fold with several seeds, and evaluate all answers together.

  python Code/Cross_Validate.py --dry-run
  python Code/Cross_Validate.py --networks Res50 Res101 --folders LR_0_0001 LR_0_001
  python Code/Cross_Validate.py --splits nucls hospital --seeds 1
  python Code/Cross_Validate.py --vary loss=mae loss=bce,weight-by-count

Finished runs are skipped, unfinished ones go on; with GPUs, one run on each at
a time. Options that are not listed here go to the network scripts. Takes as
long as all its runs: folds x seeds x networks x folders x ways of --vary.
Writes into Cross_Validation/ or --output, beside the folders of the runs:

  cross_validation.html, cross_validation.xlsx, cross_validation.png
  predictions.csv         each field's out-of-fold answers

Exit status 1 if a run failed; the same command runs it again. What has finished
on all folds with all seeds is reported all the same.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from common.cross_validation.plan import CrossValidationOptions, FoldJob, find_fold_jobs
from common.cross_validation.results import check_results
from common.study.run_all import ComputeOptions, compute_jobs
from common.utils.cli import option_group, parse_known
from common.utils.errors import InputError, start
from common.utils.tensorflow_env import prepare_tensorflow


@dataclass(frozen=True)
class Command:
    """What is cross-validated, and who computes it."""

    what: CrossValidationOptions
    compute: ComputeOptions = option_group("computing")


def main() -> None:
    """Find what there is to run, run it, pool it.

    Raises:
        InputError: Something that the user gave cannot be.
    """
    command, rest = parse_known(Command, __doc__)
    output = command.what.output.absolute()
    check_results(output)
    jobs = find_fold_jobs(command.what, rest)
    finished = compute_jobs([one.job for one in jobs], command.compute)
    if command.compute.dry_run:
        return
    left_out: list[str] = []
    if not finished:
        from common.cross_validation.pooled import whole_groups

        jobs, left_out = whole_groups(find_fold_jobs(command.what, rest, all_can_run=False))
    if jobs:
        _report(jobs, command.what.flips, output, left_out)
    else:
        print(*left_out, sep="\n")
    if left_out:
        sys.exit(1)


def _report(jobs: list[FoldJob], flips: bool, output: Path, left_out: list[str]) -> None:
    """Pool finished runs, and report them; where no flips can be had, what there is without."""
    from common.cross_validation.pooled import pool
    from common.cross_validation.report import report  # SciPy, matplotlib: seconds

    pooled = pool(jobs)
    if flips:
        prepare_tensorflow()
        from common.cross_validation.flipped import pool_flipped

        try:
            pooled += pool_flipped(jobs)
        except InputError:
            report(output, jobs, pooled, left_out)
            raise
    report(output, jobs, pooled, left_out)


if __name__ == "__main__":
    start(main)
