"""What the runs of a study have left: ranked, with their reports, and what differs among them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from common.comparison.ranking import Comparison, FinishedRun, compare
from common.cross_validation import TITLE as CROSS_VALIDATION
from common.cross_validation.results import NAMES
from common.files.atomic import is_page
from common.report.concerns import concerns_of
from common.runs.paths import paths_of
from common.utils.entries import readable, to_entries
from common.utils.errors import InputError


@dataclass(frozen=True)
class Study:
    """Finished runs.

    Attributes:
        comparison: Of them.
        pooled: cross_validation.html and its picture in one of the folders; None without.
    """

    comparison: Comparison
    pooled: tuple[Path, Path] | None

    @property
    def runs(self) -> list[FinishedRun]:
        """All runs, block by block, the best of each block first."""
        return [run for runs in self.comparison.blocks.values() for run in runs]

    @property
    def chosen(self) -> FinishedRun:
        """The best run of the block with the most runs; of synthetic data only without others."""
        blocks = self.comparison.blocks.values()
        real = [runs for runs in blocks if not runs[0].record.recipe.data.synthetic]
        return max(real or blocks, key=len)[0]

    def concerns(self) -> Counter[str]:
        """Return what a reader must know before the numbers, and of how many runs."""
        return Counter(
            concern for run in self.runs for concern in concerns_of(run.log, paths_of(run.path))
        )

    def entries(self) -> tuple[dict[str, str], dict[str, list[str]]]:
        """Return how the runs were made: what is the same in all, and what differs."""
        made = [
            to_entries(one.record.recipe) | to_entries(one.record.computed) for one in self.runs
        ]
        names = dict.fromkeys(name for one in made for name in one)
        values = {
            name: list(dict.fromkeys(str(readable(one.get(name, "not told"))) for one in made))
            for name in names
        }
        same = {name: found[0] for name, found in values.items() if len(found) == 1}
        return same, {name: found for name, found in values.items() if len(found) > 1}


def read_study(logs: Sequence[Path], folders: Sequence[Path]) -> Study:
    """Read the finished runs of logs.

    Args:
        logs: All logs.
        folders: That they were found in, and in which a cross-validation may have left its page.

    Raises:
        InputError: No run has finished.
    """
    comparison = compare(logs)
    if not comparison.blocks:
        why = next((f"none; the first: {one}" for one in comparison.left_out.values()), "none")
        raise InputError("at least one finished run", why, do="Let a run end first.")
    pages = [[folder / name for name in (NAMES[0], NAMES[2])] for folder in folders]
    found = [(page, png) for page, png in pages if is_page(page, CROSS_VALIDATION)]
    return Study(comparison, found[0] if found else None)


def report_of(run: FinishedRun) -> Path:
    """Return where the report of a run lies."""
    return paths_of(run.path).report
