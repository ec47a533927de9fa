"""What a cross-validation runs: each network in each folder, way, fold and seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from common import PROJECT
from common.config.data_plan import chosen_data_set
from common.config.network_options import NetworkOptions
from common.config.recipe import digest_labels
from common.cross_validation.ways import folder_of, network_options, options_of, told, ways_of
from common.nucls.hospital_folds import count_hospital_folds
from common.splits.methods import CHOICES, SPLITS
from common.splits.split import FOLDS
from common.study.jobs import Job, Variant, find_jobs
from common.utils.cli import option
from common.utils.errors import InputError
from common.utils.names import chosen_among
from common.utils.ranges import whole_number


@dataclass(frozen=True)
class CrossValidationOptions:
    """Which networks, folds and seeds, and where results go."""

    networks: Sequence[str] = option(
        ("Res50",), "as Res50 Res101 (default: Res50)", nargs="+", metavar="NAME"
    )
    folders: Sequence[Path] = option(
        (PROJECT / "LR_0_0001",),
        "learning-rate folders (default: LR_0_0001)",
        type=Path,
        nargs="+",
        metavar="DIR",
    )
    splits: Sequence[str] = option(
        ("patient",),
        f"one or more of {', '.join(SPLITS)} (default: patient)",
        nargs="+",
        metavar="SPLIT",
    )
    folds: int = option(
        FOLDS,
        "of the splits by patient and hospital (default: 5)",
        type=whole_number(2, 1000),
        metavar="N",
    )
    seeds: int = option(
        3, "runs of each fold, with seeds from 0 (default: 3)", type=whole_number(1, 1000)
    )
    vary: Sequence[str] = option(
        (),
        "ways of training that are compared on the same folds, each by what it adds to the options "
        "of all: weights=none weights=painted,windows (one alone with the options as they are)",
        nargs="+",
        action="extend",
        metavar="OPTION=VALUE",
    )
    choose_epoch: str = option(
        "inside",
        "where each run's best epoch is chosen: inside its training part (default), or on the "
        "validation fields that are reported",
        choices=CHOICES,
    )
    flips: bool = option(
        False,
        "have the best models answer as well with the eight turns and flips of each field averaged "
        "(about 20 seconds a run)",
    )
    output: Path = option(
        PROJECT / "Cross_Validation",
        "folder of all runs and results (default: Cross_Validation/)",
        type=Path,
    )


@dataclass(frozen=True)
class FoldJob:
    """A job of a cross-validation, and what it stands for.

    Attributes:
        job: Of the study.
        split: One of SPLITS.
        fold: From 1.
        seed: Of the run.
        way: Of training, one of --vary; "" without.
    """

    job: Job
    split: str
    fold: int
    seed: int
    way: str = ""


def find_fold_jobs(
    options: CrossValidationOptions, rest: list[str], all_can_run: bool = True
) -> list[FoldJob]:
    """List the jobs, and look how far each has come.

    Args:
        options: Of the cross-validation.
        rest: Options of the network scripts, for all runs.
        all_can_run: Whether one that cannot is an error, which is told before hours of work.

    Raises:
        InputError: A name or an option is wrong, or a run cannot be.
    """
    ways = ways_of(options.vary)
    network = network_options(rest, ways)
    network.data.cache.use()
    splits = chosen_among("--splits", options.splits, SPLITS)
    folds = {split: _folds(split, options, network) for split in splits}
    keys = [
        (split, fold, seed, way)
        for way in ways
        for split, count in folds.items()
        for fold in range(1, count + 1)
        for seed in range(options.seeds)
    ]
    variants = [_variant(options, *key) for key in keys]
    given = (options.networks, options.folders, options.output, rest)
    # The last alone first: what is wrong with it is told before all are looked at.
    for asked in (variants[-1:], variants):
        jobs = find_jobs(*given, asked)
        for job in jobs:
            if job.error and all_can_run:
                raise job.error
    repeated = keys * (len(jobs) // len(keys))
    found = [FoldJob(job, *key) for job, key in zip(jobs, repeated, strict=True)]
    _check_alike(found)
    return found


def _check_alike(jobs: Sequence[FoldJob]) -> None:
    """Raise InputError where ways of training would validate other fields, or by other labels."""
    of_folds: dict[tuple[str, int], tuple[str, str]] = {}
    for one in (one for one in jobs if one.job.plan):
        data = one.job.plan.data
        labels = digest_labels([data.fields[at] for at in data.split.validation])
        first, expected = of_folds.setdefault((one.split, one.fold), (one.way, labels))
        if labels != expected:
            found = f"others with {told(one.way)} than with {told(first)}"
            raise InputError("--vary of options that leave fields and labels alone", found)


def _folds(split: str, options: CrossValidationOptions, network: NetworkOptions) -> int:
    if split == "nucls":
        return count_hospital_folds(chosen_data_set(network.data.source).root)
    return 1 if split == "first-1000" else options.folds


def _variant(
    options: CrossValidationOptions, split: str, fold: int, seed: int, way: str
) -> Variant:
    given = ["--split", split, "--seed", str(seed), "--choose-epoch", options.choose_epoch]
    if split != "first-1000":
        given += ["--fold", str(fold)]
    if split in ("patient", "hospital"):
        given += ["--folds", str(options.folds)]
    name = f"{split}-fold{fold}-seed{seed}" + (f"-{folder_of(way)}" if way else "")
    return Variant(name, [*given, *options_of(way)])
