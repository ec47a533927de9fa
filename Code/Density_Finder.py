"""Find the tumour density of each field of view: test.json -> Density.npy.

  python Density_Finder.py
  python Density_Finder.py --counts ../Dataset/Sample/PsAreTruth_E/test.json

Takes under a second. Writes Density.npy beside the counts: float64, tumour nuclei / all nuclei,
in the order of test.json. The network scripts pair by name and do not read it.
"""

from dataclasses import dataclass
from pathlib import Path

from common import PROJECT
from common.data.counts import densities_of, read_counts, save_densities
from common.splits.split import split_first
from common.utils.cli import option, parse
from common.utils.errors import start
from common.utils.terminal import tell


@dataclass(frozen=True)
class DensityOptions:
    """From which counts to which file."""

    counts: Path = option(
        PROJECT / "Code" / "test.json",
        "the file that Data_Extractor.py wrote (default: Code/test.json)",
        type=Path,
    )
    output: Path | None = option(
        None, "the file to write (default: Density.npy beside the counts)", type=Path
    )


def main() -> None:
    """Read, write, and print what the labels look like."""
    options = parse(DensityOptions, __doc__)
    labels = densities_of(read_counts(options.counts).values())
    split = split_first(len(labels))
    output = options.output or options.counts.with_name("Density.npy")
    new = save_densities(output, labels)
    tell(f"labels length:  {len(labels)}")
    tell(f"train labels length:  {len(split.train)}")
    tell(f"val labels length:  {len(split.validation)}")
    print(f"mean density {labels.mean():.4f}, standard deviation {labels.std():.4f}")
    print(f"fields of view without tumour nuclei: {(labels == 0).sum()}")
    print(f"-> {output}{'' if new else ' (already there, the same)'}")


if __name__ == "__main__":
    start(main)
