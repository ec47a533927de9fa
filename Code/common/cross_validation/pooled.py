"""Out-of-fold answers: what runs of all folds answered for their validation fields, as one."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass

import numpy as np

from common.cross_validation.plan import FoldJob
from common.runs.log import read_log
from common.runs.run_fields import NETWORK, Answers
from common.study.jobs import Status
from common.utils.errors import InputError


@dataclass(frozen=True)
class Trained:
    """What answers, but for fold and seed.

    Attributes:
        network: The result folders' name.
        folder: The learning-rate folder's name.
        way: Of training, one of --vary; "" without.
        flips: Whether its answers for eight turns and flips of a field are averaged.
    """

    network: str
    folder: str
    way: str = ""
    flips: bool = False

    def __str__(self) -> str:
        return ", ".join(filter(None, (f"{self.answering} in {self.folder}", self.way)))

    @property
    def answering(self) -> str:
        """The network, and how it answers."""
        return f"{self.network} with flips" if self.flips else self.network

    def differs_in_one(self, other: "Trained") -> bool:
        """Tell whether one thing sets them apart, so that their difference tells what it does."""
        return sum(a != b for a, b in zip(astuple(self), astuple(other), strict=True)) == 1


@dataclass(frozen=True)
class Pooled:
    """The answers of one network, in one folder and way, for all fields of a split's folds.

    Attributes:
        split: One of SPLITS.
        trained: What answers.
        seeds: Of the runs.
        folds: The fold in which each field validates, int64, (fields,).
        fields: The names of the fields.
        patients: Of each field; a field of which nobody knows it stands for itself.
        true: Their densities, float64, (fields,), 0 to 1.
        answers: Of the network by seed, float64, (seeds, fields), 0 to 1.
        baselines: Answers of the baselines that look at the pictures, float64, (fields,).
    """

    split: str
    trained: Trained
    seeds: Sequence[int]
    folds: np.ndarray
    fields: Sequence[str]
    patients: Sequence[str]
    true: np.ndarray
    answers: np.ndarray
    baselines: dict[str, np.ndarray]


def with_answers(answers: Answers | None, one: FoldJob) -> Answers:
    """Return the answers of a run's log; raises InputError if an earlier version kept none."""
    if answers is None:
        remedy = "An earlier version trained the run: give another --output."
        log = one.job.start.paths.log
        raise InputError("answers for the validation fields", "none", log, remedy)
    return answers


def _answers_in_log(one: FoldJob) -> Answers:
    log = read_log(one.job.start.paths.log, with_fields=False, with_answers=True)
    return with_answers(log.answers, one)


def pool(
    jobs: Sequence[FoldJob], answers_of: Callable[[FoldJob], Answers] = _answers_in_log
) -> list[Pooled]:
    """Put the answers of the finished runs of a cross-validation together.

    Args:
        jobs: All of them, finished.
        answers_of: Returns the answers of a run.

    Raises:
        InputError: A log is damaged, or runs of one fold have not answered for the same fields.
    """
    return [_pool_group(*key, group, answers_of) for key, group in _groups(jobs).items()]


def _groups(jobs: Sequence[FoldJob]) -> dict[tuple[str, Trained], list[FoldJob]]:
    groups: dict[tuple[str, Trained], list[FoldJob]] = defaultdict(list)
    for one in jobs:
        trained = Trained(one.job.network.results, one.job.folder.name, one.way)
        groups[one.split, trained].append(one)
    return groups


def whole_groups(jobs: Sequence[FoldJob]) -> tuple[list[FoldJob], list[str]]:
    """Return the jobs of what has finished on all folds with all seeds, and tell the others."""
    whole: list[FoldJob] = []
    left_out = []
    for (split, trained), group in _groups(jobs).items():
        missing = sum(one.job.status is not Status.FINISHED for one in group)
        if missing:
            runs = f"{missing} of {len(group)} runs have not finished"
            left_out.append(f"left out: {trained}, by {split}: {runs}")
        else:
            whole += group
    return whole, left_out


def _pool_group(
    split: str,
    trained: Trained,
    jobs: list[FoldJob],
    answers_of: Callable[[FoldJob], Answers],
) -> Pooled:
    found = {(one.fold, one.seed): answers_of(one) for one in jobs}
    folds, seeds = (sorted({key[at] for key in found}) for at in (0, 1))
    of_folds = [found[fold, seeds[0]] for fold in folds]
    for one in jobs:
        _check_fields(one, found[one.fold, one.seed], found[one.fold, seeds[0]])
    answers = [[found[fold, seed].by[NETWORK] for fold in folds] for seed in seeds]
    others = [name for name in of_folds[0].by if name != NETWORK]
    return Pooled(
        split=split,
        trained=trained,
        seeds=seeds,
        folds=np.repeat(folds, [len(one.fields) for one in of_folds]),
        fields=[name for one in of_folds for name in one.fields],
        patients=[patient for one in of_folds for patient in one.patients],
        true=np.concatenate([one.true for one in of_folds]),
        answers=np.array([np.concatenate(of_seed) for of_seed in answers]),
        baselines={
            name: np.concatenate([one.by[name] for one in of_folds])
            for name in others
            if all(name in one.by for one in of_folds)
        },
    )


def _check_fields(one: FoldJob, answers: Answers, expected: Answers) -> None:
    if answers.fields != expected.fields or not np.array_equal(answers.true, expected.true):
        found = "other fields or densities than in the run of another seed"
        raise InputError(f"the validation fields of fold {one.fold}", found, one.job.logs)


def baselines_of(pooled: Sequence[Pooled]) -> dict[str, np.ndarray]:
    """Return the baselines' answers for the fields of one split.

    A run that does not know ImageNet's weights, as with --weights none, may lack the baseline that
    needs them, and another one have it.
    """
    return {name: of for one in reversed(pooled) for name, of in one.baselines.items()}
