"""What a network is compared with, on the same split, in one table.

A new baseline is a new row of BASELINES.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from common.baselines.frozen_features import answer_by_frozen_features, missing_weights
from common.data.fields import FieldOfView, densities_of_fields
from common.splits.split import Split
from common.utils.terminal import tell


@dataclass(frozen=True)
class Baseline:
    """A way to answer without a network.

    Attributes:
        name: In logs and comparisons.
        answer: Learns from the fields of a split that a network sees, those that choose its epoch
            among them (but for the best constant), and answers for its validation fields: float64,
            (validation fields,), 0 to 1.
        constant: Whether it answers the same for all fields.
        missing: Says what it lacks on this machine; None if nothing.
    """

    name: str
    answer: Callable[[Sequence[FieldOfView], Split], np.ndarray]
    constant: bool = True
    missing: Callable[[], str | None] = lambda: None


def _training_mean(fields: Sequence[FieldOfView], split: Split) -> np.ndarray:
    return np.full(len(split.validation), densities_of_fields(fields)[split.seen].mean())


def _training_median(fields: Sequence[FieldOfView], split: Split) -> np.ndarray:
    return np.full(len(split.validation), np.median(densities_of_fields(fields)[split.seen]))


def _best_constant(fields: Sequence[FieldOfView], split: Split) -> np.ndarray:
    """Answer the median of the validation fields themselves, which no constant answer can beat.

    By the mean absolute error (Bickel and Doksum 2015, section 1.4). It is no fair baseline but a
    bound: what does not beat it has not been shown to look at the pictures.
    """
    validation = densities_of_fields(fields)[split.validation]
    return np.full(len(validation), np.median(validation))


def _classical_model(fields: Sequence[FieldOfView], split: Split) -> np.ndarray:
    from common.baselines.classical import load_features, predict  # scikit-image: seconds

    features = load_features([field.picture for field in fields])
    return predict(features, densities_of_fields(fields), split.seen, split.validation)


def _detection(fields: Sequence[FieldOfView], split: Split) -> np.ndarray:
    from common.baselines.detection import answer_by_detection  # scikit-image

    files = [field.picture for field in fields]
    return answer_by_detection(files, split.seen, split.validation)


def _frozen_features(fields: Sequence[FieldOfView], split: Split) -> np.ndarray:
    densities, files = densities_of_fields(fields), [field.picture for field in fields]
    return answer_by_frozen_features(files, densities, split.seen, split.validation)


TRAINING_MEAN = Baseline("training mean", _training_mean)
BEST_CONSTANT = Baseline("best constant", _best_constant)
CLASSICAL_MODEL = Baseline("classical model", _classical_model, constant=False)
BASELINES = (
    TRAINING_MEAN,
    Baseline("training median", _training_median),
    BEST_CONSTANT,
    CLASSICAL_MODEL,
    Baseline("detected nuclei", _detection, constant=False),
    Baseline("ImageNet features", _frozen_features, constant=False, missing=missing_weights),
)


def baseline_answers(fields: Sequence[FieldOfView], split: Split) -> dict[str, np.ndarray]:
    """Return what each baseline answers for the validation fields, by its name.

    Those that this machine lacks something for are left out, and told.

    Args:
        fields: The fields of view.
        split: Which of them train and which validate.

    Returns:
        float64, (validation fields,), 0 to 1.

    Raises:
        InputError: A picture cannot be read, or what is computed from pictures cannot be kept.
    """
    lacking = {one.name: reason for one in BASELINES if (reason := one.missing())}
    for name, reason in lacking.items():
        tell(f"  baseline left out: {name} ({reason})")
    return {one.name: one.answer(fields, split) for one in BASELINES if one.name not in lacking}
