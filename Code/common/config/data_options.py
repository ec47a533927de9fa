"""Options: which data set, how it is counted, shown to the network and split.

A new option is a new field. One with `entry=` is one on which a run's metrics depend: the log and
the model files tell it, and an unfinished run goes on only with the same.
"""

from dataclasses import dataclass
from pathlib import Path

from common.data.counting_options import CountingOptions
from common.data.raters import RATERS
from common.files.disk import CacheOptions
from common.images.reading import LARGEST_INPUT, MPP, SMALLEST
from common.images.stains import STAINS
from common.nucls.dataset import DATASET
from common.splits.methods import CHOICES, SPLITS
from common.splits.split import FOLDS
from common.utils.cli import option, option_group
from common.utils.ranges import number, whole_number

# The sample is small and its runs are for trying out: these finish in minutes on a CPU.
SAMPLE_EPOCHS, _SAMPLE_IMAGE_SIZE = 12, 64
_IMAGE_SIZE = 224
_MPP = 0.2  # of NuCLS (Amgad et al. 2022)
_MOST_FOLDS = 1000
AUGMENTATIONS = ("none", "standard", "strong")


@dataclass(frozen=True)
class SourceOptions:
    """Which data set, and how much of it."""

    dataset: Path = option(DATASET, "the data set (default: the one in Dataset/)", type=Path)
    counts: Path | None = option(
        None,
        "the data set's test.json, made if missing (default: Code/test.json, in dropout folders "
        "their own; with --dataset or --sample beside its contours/)",
        type=Path,
    )
    sample: bool = option(
        False,
        "train on the synthetic sample data set, made on first use; changes defaults to "
        f"--weights none --image-size {_SAMPLE_IMAGE_SIZE} --epochs {SAMPLE_EPOCHS}",
    )
    limit: int | None = option(
        None, "use only the first N fields of view", type=whole_number(1, 1_000_000), metavar="N"
    )
    skip_bad_fields: bool = option(
        False,
        "leave out fields of view that cannot be used (no nuclei, damaged or tiny pictures, files "
        "that are cut off), and keep their list in the log",
    )


@dataclass(frozen=True)
class PictureOptions:
    """What the network sees of a field."""

    image_size: int = option(
        _IMAGE_SIZE,
        f"edge that pictures are resized to (default: {_IMAGE_SIZE})",
        sample=_SAMPLE_IMAGE_SIZE,
        entry="image size",
        type=whole_number(SMALLEST, LARGEST_INPUT),
        metavar="PX",
    )
    mpp: float = option(
        _MPP,
        "microns a pixel of the pictures as they are given; kept in the model files, which whole "
        f"slides are read by (default: {_MPP}, as in NuCLS)",
        entry="microns per pixel",
        type=number(*MPP),
        metavar="MICRONS",
    )
    augment: str = option(
        "standard",
        "standard: flips, quarter turns, mild brightness and contrast (default); strong: also the "
        "amount of each stain",
        entry="augmentation",
        choices=AUGMENTATIONS,
    )
    stain: str = option(
        "none",
        "bring all pictures to the stains of the training picture of median colour, by this "
        "method (default: none)",
        entry="stain",
        choices=STAINS,
    )
    windows: bool = option(
        False,
        "train on random windows of the fields, half to all of their edge, with the density of "
        "the nuclei inside; for small data sets",
        entry="windows",
    )
    raters: str = option(
        "each",
        "fields that several people labelled: each entry by itself (default), or consensus: one "
        "entry with everybody's nuclei",
        entry="raters",
        choices=RATERS,
    )


@dataclass(frozen=True)
class SplitOptions:
    """Which fields validate; records keep the description of the split itself."""

    split: str = option(
        "first-1000",
        "; ".join(f"{name}: {method.text}" for name, method in SPLITS.items())
        + " (default: first-1000)",
        choices=SPLITS,
    )
    fold: int | None = option(
        None,
        "of a grouped split, the fold that validates, from 1 (default: 1)",
        type=whole_number(1, _MOST_FOLDS),
        metavar="K",
    )
    folds: int = option(
        FOLDS,
        "of a grouped split, the number of folds (default: 5)",
        type=whole_number(2, _MOST_FOLDS),
        metavar="N",
    )
    choose_epoch: str = option(
        "validation",
        "fields on which the best epoch is chosen: those that validate, as in the original "
        "(default), or inside: those of a tenth of the training patients, who then do not train",
        choices=CHOICES,
    )


@dataclass(frozen=True)
class DataOptions:
    """All options that say what is trained on."""

    source: SourceOptions = option_group("data")
    counting: CountingOptions = option_group("which nuclei count")
    pictures: PictureOptions = option_group("pictures")
    split: SplitOptions = option_group("split")
    cache: CacheOptions = option_group("cache")
