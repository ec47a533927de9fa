"""Count the nuclei of each field of view: contours/*.csv -> test.json.

  python Data_Extractor.py
  python Data_Extractor.py --dataset ../NuCLS/PsAreTruth_E --tumour-groups tumor mitotic_figure

Takes under a second for 1,438 fields of view. Writes test.json, {"<field>": {"tumour": 3,
"total": 27}, ...}, and prints how many nuclei of each group there are.
"""

from dataclasses import dataclass
from pathlib import Path

from common.data.counting_options import CountingOptions
from common.data.counts import counts_file, write_counts
from common.data.extraction import Extraction, extract
from common.nucls.counting import Counting
from common.nucls.dataset import DATASET, find_data_set
from common.utils.cli import option, option_group, parse
from common.utils.errors import start
from common.utils.terminal import tell


@dataclass(frozen=True)
class ExtractionOptions:
    """Which data set is counted, and where the counts go."""

    dataset: Path = option(DATASET, "the data set (default: the one in Dataset/)", type=Path)
    output: Path | None = option(
        None,
        "the file to write (default: Code/test.json; with --dataset, test.json beside its "
        "contours/, where the network scripts look for it)",
        type=Path,
    )
    skip_bad_fields: bool = option(False, "leave out fields of view that cannot be counted")


@dataclass(frozen=True)
class Command:
    """All that the script is given."""

    data: ExtractionOptions = option_group("data")
    counting: CountingOptions = option_group("which nuclei count")


def main() -> None:
    """Extract, print the groups, write."""
    command = parse(Command, __doc__)
    options, counting = command.data, command.counting.chosen()
    data_set = find_data_set(options.dataset)
    found = extract(data_set, counting, skip_odd=options.skip_bad_fields)
    output = options.output or counts_file(data_set, named=options.dataset != DATASET)
    new = write_counts(output, found.counts, counting)
    tell(f"data set: {data_set.root}", *_table(found, counting), *found.describe(counting))
    for name, error in found.odd.items():
        print(f"  left out: {name}: {error.reason}")
    there = "" if new else " (already there, the same)"
    print(f"{len(found.counts)} fields of view -> {output}{there}")


def _table(found: Extraction, counting: Counting) -> list[str]:
    """Return how many nuclei of each group there are, a group a line."""
    lines = [f"{'group':<24}{'nuclei':>8}"]
    for group, nuclei in found.groups.most_common():
        role = "tumour" if group in counting.tumour else "left out"
        shown = f"  {role}" if group in (*counting.tumour, *counting.excluded) else ""
        lines.append(f"{group:<24}{nuclei:>8}{shown}")
    return [*lines, f"{'all':<24}{found.groups.total():>8}"]


if __name__ == "__main__":
    start(main)
