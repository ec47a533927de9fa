"""Prove an installation: would a run work on this machine, how fast, and with which batch?

  python Code/Check_Machine.py
  python Code/Check_Machine.py --networks Res50 Res101 --batch-size 32 --output Check

Looks at packages, driver and GPUs, trains a tiny network on the CPU and on each
GPU to the same figures, and measures networks: without a GPU Res50 in one to
three minutes, on a GPU all nine. Needs no data set. Writes, in --output:

  machine.html, machine.json

Exit status 1 if a run would fail.
"""

import sys

from common.machine.check import MachineOptions, check_machine
from common.machine.page import check_output, write_report
from common.pages.text import aligned
from common.utils.cli import parse
from common.utils.errors import start


def main() -> None:
    """Check, print, write.

    Raises:
        InputError: Something that the user gave cannot be.
    """
    options = parse(MachineOptions, __doc__)
    check_output(options.output)
    report = check_machine(options)
    if report.networks:
        print(*aligned([one.row for one in report.networks]), sep="\n")
    write_report(report, options)
    print(f"{report.verdict}; page: {options.output / 'machine.html'}")
    if report.fails:
        sys.exit(1)


if __name__ == "__main__":
    start(main)
