"""Make the sample data set: synthetic H&E fields of view in the NuCLS layout.

  python Sample_Dataset.py
  python Sample_Dataset.py --count 40 --size 128 --seed 7 --output ../../Other_Sample

Takes about half a minute and 100 MB for 288 fields of 256 px. Writes contours/, rgbs/, mask/ and
vis/. Everything in it is painted by a program: for trying the scripts, not for conclusions.
"""

from pathlib import Path

from common.nucls.dataset import SAMPLE
from common.utils.cli import Parser, whole_number
from common.utils.errors import start


def parser() -> Parser:
    """Describe the command line."""
    options = Parser(__doc__)
    options.add_argument(
        "--count", type=whole_number(2), default=288, help="fields of view (default: 288)"
    )
    options.add_argument(
        "--size", type=whole_number(64), default=256, help="edge of a field in px (default: 256)"
    )
    options.add_argument(
        "--seed", type=whole_number(0), default=0, help="another seed, other fields (default: 0)"
    )
    options.add_argument(
        "--raters",
        type=whole_number(1),
        default=1,
        help="label each field once for each of so many raters, as the raw multi-rater sets of "
        "NuCLS do (default: 1)",
    )
    options.add_argument(
        "--output",
        type=Path,
        default=SAMPLE,
        help="folder to make (default: Dataset/Sample/PsAreTruth_E)",
    )
    return options


def main() -> None:
    """Make it, and say where it is."""
    options = parser().parse_args()
    from common.synthetic.data_set import make_sample  # imports scikit-image, which takes a second

    how = (options.count, options.size, options.seed, options.raters)
    make_sample(options.output.absolute(), *how)
    entries = f", each labelled {options.raters} times" if options.raters > 1 else ""
    print(f"{options.count} synthetic fields of view{entries} -> {options.output}")


if __name__ == "__main__":
    start(main)
