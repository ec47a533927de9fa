"""Count the nuclei of each field of view: contours/*.csv -> test.json.

  python Data_Extractor.py
  python Data_Extractor.py --dataset ../NuCLS/PsAreTruth_E --tumour-groups tumor mitotic_figure

Takes under a second for 1,438 fields of view. Writes test.json, {"<field>": {"tumour": 3,
"total": 27}, ...}, and prints how many nuclei of each group there are.
"""

from pathlib import Path

from common.data.annotations import DEFAULT_GROUPS, CountedGroups, extract_counts
from common.data.counts import write_counts
from common.data.dataset import DATASET, find_data_set
from common.data.loading import counts_file
from common.utils.cli import Parser
from common.utils.errors import InputError, start


def parser() -> Parser:
    """Describe the command line."""
    options = Parser(__doc__)
    options.add_argument(
        "--dataset", type=Path, default=DATASET, help="the data set (default: the one in Dataset/)"
    )
    options.add_argument(
        "--output",
        type=Path,
        help="the file to write (default: Code/test.json; with --dataset, test.json beside "
        "its contours/, where the network scripts look for it)",
    )
    options.add_argument(
        "--tumour-groups",
        nargs="+",
        default=list(DEFAULT_GROUPS.tumour),
        metavar="GROUP",
        help="groups that count as tumour nuclei (default: tumor)",
    )
    options.add_argument(
        "--exclude-groups",
        nargs="+",
        default=[],
        metavar="GROUP",
        help="groups that are left out of the total, as unlabeled (default: none)",
    )
    return options


def main() -> None:
    """Extract, print the groups, write."""
    options = parser().parse_args()
    both = sorted(set(options.tumour_groups) & set(options.exclude_groups))
    if both:
        raise InputError("a group either as tumour or excluded", f"{', '.join(both)} as both")
    data_set = find_data_set(options.dataset)
    counted = CountedGroups(
        tuple(dict.fromkeys(options.tumour_groups)), tuple(dict.fromkeys(options.exclude_groups))
    )
    counts, met = extract_counts(data_set, counted)
    output = options.output or counts_file(data_set, named=options.dataset != DATASET)
    new = write_counts(output, counts)
    print(f"data set: {data_set.root}")
    print(f"{'group':<24}{'nuclei':>8}")
    for group, nuclei in met.most_common():
        role = "tumour" if group in counted.tumour else "left out"
        shown = f"  {role}" if group in (*counted.tumour, *counted.excluded) else ""
        print(f"{group:<24}{nuclei:>8}{shown}")
    print(f"{'all':<24}{met.total():>8}")
    print(f"{len(counts)} fields of view -> {output}{'' if new else ' (already there, the same)'}")


if __name__ == "__main__":
    start(main)
