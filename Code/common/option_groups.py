"""Groups of options that several scripts share: data, pictures, split, machinery, training."""

import argparse
from pathlib import Path

from common.baselines import LOSSES
from common.dataset import DATASET
from common.options import positive, whole_number
from common.pictures import SMALLEST
from common.precision import PRECISIONS
from common.raters import RATERS
from common.split import SPLITS
from common.stains import STAINS

# The sample is small and its runs are for trying out: these finish in minutes on a CPU.
SAMPLE_EPOCHS, SAMPLE_IMAGE_SIZE = 15, 64
IMAGE_SIZE = 224
_MPP = 0.2  # Amgad et al. 2022
OPTIMIZERS = ("adam", "adamw", "sgd", "rmsprop")
SCHEDULES = ("constant", "cosine")


def add_data(group: argparse._ArgumentGroup) -> None:
    """Add the options that say which data set, and how much of it."""
    group.add_argument(
        "--dataset", type=Path, default=DATASET, help="the data set (default: the one in Dataset/)"
    )
    group.add_argument(
        "--counts",
        type=Path,
        help="the data set's test.json, made if missing (default: Code/test.json, in dropout "
        "folders their own; with --dataset or --sample beside its contours/)",
    )
    group.add_argument(
        "--sample",
        action="store_true",
        help="train on the synthetic sample data set, made on first use; changes defaults to "
        f"--weights none --image-size {SAMPLE_IMAGE_SIZE} --epochs {SAMPLE_EPOCHS}",
    )
    group.add_argument(
        "--limit", type=whole_number(1), metavar="N", help="use only the first N fields of view"
    )


def add_pictures(group: argparse._ArgumentGroup) -> None:
    """Add the options that say what the network sees of a field."""
    group.add_argument(
        "--image-size",
        type=whole_number(SMALLEST),
        metavar="PX",
        help=f"edge that pictures are resized to (default: {IMAGE_SIZE})",
    )
    group.add_argument(
        "--mpp",
        type=positive,
        default=_MPP,
        metavar="MICRONS",
        help=f"microns a pixel of the pictures as they are given; kept in the model files, which "
        f"whole slides are read by (default: {_MPP}, as in NuCLS)",
    )
    group.add_argument(
        "--augment",
        choices=("none", "standard", "strong"),
        default="standard",
        help="standard: flips, quarter turns, mild brightness and contrast (default); strong: "
        "also the amount of each stain",
    )
    group.add_argument(
        "--stain",
        choices=STAINS,
        default=STAINS[0],
        help="bring all pictures to the stains of the training picture of median colour, by "
        "Macenko's or Reinhard's method (default: none)",
    )
    group.add_argument(
        "--windows",
        action="store_true",
        help="train on random windows of the fields, half to all of their edge, with the density "
        "of the nuclei inside; for small data sets",
    )
    group.add_argument(
        "--raters",
        choices=RATERS,
        default=RATERS[0],
        help="fields that several people labelled: each entry by itself (default), or consensus: "
        "one entry with everybody's nuclei",
    )


def add_split(group: argparse._ArgumentGroup) -> None:
    """Add the options that say which fields validate."""
    group.add_argument(
        "--split",
        choices=SPLITS,
        default=SPLITS[0],
        help="first-1000: the first 1000 fields by name train (default); patient, hospital: "
        "nobody's tissue is on both sides, see --fold",
    )
    group.add_argument(
        "--fold",
        type=whole_number(1),
        default=1,
        metavar="K",
        help="of a grouped split, the fold that validates, from 1 (default: 1)",
    )
    group.add_argument(
        "--folds",
        type=whole_number(2),
        default=5,
        metavar="N",
        help="of a grouped split, the number of folds (default: 5)",
    )


def add_machinery(group: argparse._ArgumentGroup) -> None:
    """Add the options of training that are not searched for."""
    group.add_argument(
        "--weights",
        help="imagenet (default; downloaded once), none, or an .h5 file of this network",
    )
    group.add_argument("--batch-size", type=whole_number(1), default=16, help="default: 16")
    group.add_argument(
        "--weight-by-count",
        action="store_true",
        help="weigh each training field by its number of nuclei",
    )
    group.add_argument(
        "--precision",
        choices=PRECISIONS,
        default="auto",
        help="of the activations while training; auto: the fastest that is safe on the device; "
        "weights, loss and figures are float32 in all (default: auto)",
    )
    group.add_argument(
        "--devices",
        choices=("one", "all"),
        default="one",
        help="all: each batch is divided among all GPUs of the machine (default: one)",
    )
    group.add_argument(
        "--seed",
        type=whole_number(0, 2**32 - 1),
        default=0,
        help="another seed, another run (default: 0)",
    )


def add_training(group: argparse._ArgumentGroup) -> None:
    """Add the options of training that a hyper-parameter search may vary, and the rest."""
    add_machinery(group)
    group.add_argument("--epochs", type=whole_number(1), help="default: 50, in dropout folders 100")
    group.add_argument(
        "--patience",
        type=whole_number(1),
        metavar="N",
        help="end after N epochs without a lower val_loss (default: train all epochs)",
    )
    group.add_argument(
        "--optimizer",
        choices=OPTIMIZERS,
        default="adam",
        help="with Keras' defaults apart from the learning rate (default: adam)",
    )
    group.add_argument(
        "--schedule",
        choices=SCHEDULES,
        default="constant",
        help="of the learning rate; cosine: up to the folder's in the first tenth of the steps, "
        "then down to 0 along a cosine (default: constant)",
    )
    group.add_argument(
        "--loss",
        choices=LOSSES,
        default=LOSSES[0],
        help="mse (default), or bce: binary cross-entropy with the density as target",
    )
