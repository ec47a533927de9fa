"""Write a report: a page for each run, and one for the study that several runs are.

  python Code/Report.py LR_0_0001/Log_Files/Res50/log0.xlsx
  python Code/Report.py LR_0_0001 LR_0_001 --output my_dir

Reads what training, Evaluate.py and Cross_Validate.py have left and computes nothing
anew; what is missing is said, with the command that makes it. Data, split and audit,
curves with baselines, agreement, decisions, versions, and a checklist after TRIPOD+AI
and CLAIM. Takes about a second a run. Writes (earlier reports are replaced):

  Graphs/<network>/report.html    of each run, beside its graphs
  study.html                      of folders: all their runs, in --output
"""

from dataclasses import dataclass
from pathlib import Path

from common import PROJECT
from common.comparison.find import find_logs
from common.files.atomic import check_ours
from common.files.disk import check_writable
from common.report import STUDY_TITLE, TITLE
from common.runs.paths import paths_of
from common.runs.pending_log import settle_and_tell
from common.utils.cli import argument, option, parse
from common.utils.errors import InputError, start
from common.utils.terminal import tell

_STUDY = "study.html"


@dataclass(frozen=True)
class ReportOptions:
    """Of what, and where that of a study goes."""

    paths: list[Path] = argument(
        "a run's log0.xlsx, or folders with runs (default: LR_* of the project)",
        type=Path,
        nargs="*",
    )
    output: Path | None = option(
        None, "folder of study.html (default: the folder, of several the project's)", type=Path
    )


def main() -> None:
    """Report on a run, or on all runs of folders.

    Raises:
        InputError: There are none.
    """
    options = parse(ReportOptions, __doc__)
    given = options.paths or sorted(PROJECT.glob("LR_*"))
    if len(given) == 1 and given[0].suffix == ".xlsx":
        _report_run(given[0])
    else:
        _report_study(given, options.output or (given[0] if len(given) == 1 else PROJECT))


def _report_run(log: Path) -> None:
    settle_and_tell(paths_of(log).output)
    from common.report.run_files import read_run
    from common.report.run_page import write_run_report  # matplotlib: a second

    run = read_run(log)
    _check_page(run.page, TITLE)
    write_run_report(run)
    print(f"report: {run.page}")


def _report_study(folders: list[Path], output: Path) -> None:
    logs = find_logs(folders)
    from common.report.run_files import read_run
    from common.report.run_page import write_run_report
    from common.report.study import read_study, report_of
    from common.report.study_page import write_study_report

    study = read_study(logs, folders)
    _check_page(output / _STUDY, STUDY_TITLE)
    odd: dict[Path, InputError] = {}
    for run in study.runs:
        try:
            _check_page(report_of(run), TITLE)
            write_run_report(read_run(run.path))
            tell(f"report: {report_of(run)}")
        except InputError as error:  # of one run; the others have their reports
            odd[run.path] = error
    if odd:
        if len(odd) == len(study.runs):
            raise next(iter(odd.values()))
        study = read_study([log for log in logs if log not in odd], folders)
    write_study_report(output / _STUDY, study)
    left_out = [error.first_line for error in odd.values()]
    for reason in (*study.comparison.left_out.values(), *left_out):
        print(f"left out: {reason}")
    print(f"study:  {output / _STUDY}")


def _check_page(page: Path, title: str) -> None:
    """Raise InputError unless a page can be written and stands in nobody's way."""
    check_writable(page.parent.absolute(), "the report", "Give yourself the right to write there.")
    check_ours(page, title)


if __name__ == "__main__":
    start(main)
