"""Make the sample data set: synthetic H&E fields of view in the NuCLS layout.

  python Sample_Dataset.py
  python Sample_Dataset.py --count 40 --size 128 --seed 7 --output ../../Other_Sample

Takes about half a minute and 100 MB for 288 fields of 256 px. Writes contours/, rgbs/, mask/ and
vis/. Everything in it is painted by a program: for trying the scripts, not for conclusions.
"""

from dataclasses import dataclass
from pathlib import Path

from common.nucls.dataset import SAMPLE
from common.utils.cli import option, parse
from common.utils.errors import start
from common.utils.ranges import whole_number


@dataclass(frozen=True)
class SampleOptions:
    """What is painted, and where it goes."""

    count: int = option(288, "fields of view (default: 288)", type=whole_number(2, 100_000))
    size: int = option(256, "edge of a field in px (default: 256)", type=whole_number(64, 4096))
    seed: int = option(
        0, "another seed, other fields (default: 0)", type=whole_number(0, 2**32 - 1)
    )
    raters: int = option(
        1,
        "label each field once for each of so many raters, as the raw multi-rater sets of NuCLS "
        "do (default: 1)",
        type=whole_number(1, 100),
    )
    output: Path = option(
        SAMPLE, "folder to make (default: Dataset/Sample/PsAreTruth_E)", type=Path
    )


def main() -> None:
    """Make it, and say where it is."""
    options = parse(SampleOptions, __doc__)
    from common.synthetic.data_set import make_sample  # imports scikit-image, which takes a second

    how = (options.count, options.size, options.seed, options.raters)
    make_sample(options.output.absolute(), *how)
    entries = f", each labelled {options.raters} times" if options.raters > 1 else ""
    print(f"{options.count} synthetic fields of view{entries} -> {options.output}")


if __name__ == "__main__":
    start(main)
