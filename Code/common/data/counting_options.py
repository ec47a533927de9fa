"""The options that say which nuclei count; not given, they follow the data set's test.json."""

from dataclasses import dataclass
from pathlib import Path

from common.data.counts import read_counting
from common.nucls.counting import COLUMNS, REGIONS, Counting, default_tumour_groups
from common.utils.cli import option
from common.utils.errors import InputError


@dataclass(frozen=True)
class CountingOptions:
    """Which nuclei count, and as what; None for what test.json was made with, else the default."""

    level: str | None = option(
        None,
        "of the classes, for data sets that have these columns: raw (default), main, super",
        choices=COLUMNS,
    )
    tumour_groups: list[str] | None = option(
        None,
        "groups that count as tumour nuclei (default: tumor; `tumor mitotic_figure` is what NuCLS "
        "calls tumor_any, and the group of that name with --level super)",
        nargs="+",
        metavar="GROUP",
    )
    exclude_groups: list[str] | None = option(
        None,
        "groups that are left out of the total, as unlabeled (default: none)",
        nargs="+",
        metavar="GROUP",
    )
    region: str | None = option(
        None,
        "annotated (default): where ALL_FOV_LOCATIONS.csv is there, pictures and nuclei are "
        "cropped to the region that was annotated; picture: they are taken whole",
        choices=REGIONS,
    )

    def chosen(self) -> Counting:
        """Return the way of counting, defaults for what is not given.

        Raises:
            InputError: A group is named as tumour and as excluded.
        """
        level = self.level or "raw"
        tumour = tuple(dict.fromkeys(self.tumour_groups or default_tumour_groups(level)))
        excluded = tuple(dict.fromkeys(self.exclude_groups or ()))
        both = sorted(set(tumour) & set(excluded))
        if both:
            raise InputError("a group either as tumour or excluded", f"{', '.join(both)} as both")
        return Counting(level, tumour, excluded, self.region or "annotated")

    def of_counts(self, counts_path: Path) -> Counting:
        """Return the way in which a test.json was counted, or will be if it is missing.

        Raises:
            InputError: It was counted in another way than the options say.
        """
        wanted = self.chosen()
        if not counts_path.exists():
            return wanted
        counted = read_counting(counts_path)
        if self == CountingOptions():
            return counted
        if wanted != counted:
            raise InputError(
                f"counts as the options say ({_told(wanted)})",
                f"others ({_told(counted)})",
                counts_path,
                "Move it and Density.npy away to have them made anew, or give its own options.",
            )
        return wanted


def _told(counting: Counting) -> str:
    parts = [counting.level, f"tumour {' '.join(counting.tumour)}", f"region {counting.region}"]
    return ", ".join(parts + [f"without {name}" for name in counting.excluded])
