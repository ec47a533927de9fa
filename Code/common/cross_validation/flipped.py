"""Out-of-fold answers that are averaged over the eight turns and flips of each field."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from common.cross_validation.plan import FoldJob
from common.cross_validation.pooled import Pooled, pool, with_answers
from common.evaluation.loading import load_evaluation
from common.inference.predictor import Predictor
from common.runs.run_fields import NETWORK, Answers


def pool_flipped(jobs: Sequence[FoldJob]) -> list[Pooled]:
    """Have the best models of finished runs answer again, as networks beside those of the logs.

    Raises:
        InputError: A model or a picture is missing, or another than in training.
    """
    pooled = pool(jobs, _flipped_answers)
    return [replace(one, trained=replace(one.trained, flips=True)) for one in pooled]


def _flipped_answers(one: FoldJob) -> Answers:
    job = load_evaluation(one.job.start.paths.log, None)
    logged = with_answers(job.answers, one)
    densities = Predictor(job.model).all_densities(job.pictures, flips=True)
    by_name = dict(zip([field.name for field in job.fields], densities.tolist(), strict=True))
    answers = np.array([by_name[name] for name in logged.fields])
    return replace(logged, by=logged.by | {NETWORK: answers})
