"""What a run is shown: pictures, audit of the split, baselines; all without TensorFlow."""

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from common.baselines.table import baseline_answers
from common.config.data_plan import DataPlan
from common.config.plan import Plan
from common.config.recipe import Recipe
from common.data.nuclei import load_nuclei
from common.files.identity import digest
from common.images.appearance import AppearanceRange, appearance_range
from common.images.cache import digest_of, load_pictures, picture_digests
from common.images.perceptual_hash import perceptual_hashes
from common.images.picture_file import PictureFile
from common.images.reading import picture_size
from common.images.stains import StainTarget, find_target, normalised
from common.metrics.epoch_metrics import compute_metrics
from common.splits.audit import Audit, audit_split
from common.splits.training_fields import TrainingFields, fields_trained_on


@dataclass(frozen=True)
class StainedPictures:
    """What all pictures have been brought to, and how many stayed as they were."""

    target: StainTarget
    unchanged: int


@dataclass(frozen=True)
class PreparedData:
    """The pictures of a data plan.

    Attributes:
        plan: The data plan.
        pictures: uint8 RGB, (fields, size, size, 3), memory-mapped.
        training_pictures: The same, or of twice the size if windows are cut from them.
        nuclei: Where the nuclei lie, as load_nuclei has them; None where nothing asks for it.
        stain: None if stains were left as they are.
        digests: A hash of each picture as it was given.
        hashes: What each looks like, as of perceptual_hashes.
        appearance: What those that train are like, as they were given.
        edge: Of a field, px: the median over fields of the square root of the area.
        audit: What training and validation share.
    """

    plan: DataPlan
    pictures: np.ndarray
    training_pictures: np.ndarray
    nuclei: np.ndarray | None
    stain: StainedPictures | None
    digests: list[bytes]
    hashes: list[bytes]
    appearance: AppearanceRange
    edge: float
    audit: Audit

    @property
    def validation_densities(self) -> np.ndarray:
        """The densities of the validation fields: float64, (validation fields,), 0 to 1."""
        return self.plan.densities[self.plan.split.validation]

    def describe(self) -> list[str]:
        """Say in a few lines what was found."""
        lines = self.audit.describe()
        if self.stain:
            target = self.stain.target
            lines.append(f"stain: {target.method}, target {target.source}")
            lines.append(f"  {self.stain.unchanged} pictures left as they were (nearly blank)")
        return lines


@dataclass(frozen=True)
class PreparedRun:
    """A plan, and all that it needs from files.

    Attributes:
        plan: What the run is to do.
        data: Its pictures.
        answers: Of what the network is compared with, for the validation fields, by name.
    """

    plan: Plan
    data: PreparedData
    answers: dict[str, np.ndarray]

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """Validation metrics of what the network is compared with, by name."""
        true, loss = self.data.validation_densities, self.plan.learning.loss
        return {name: compute_metrics(true, given, loss) for name, given in self.answers.items()}

    def with_batch_size(self, size: int) -> "PreparedRun":
        """Return the run with batches of so many fields; raises InputError as the plan does."""
        plan = self.plan.with_batch_size(size)
        return replace(self, plan=plan, data=replace(self.data, plan=plan.data))

    @property
    def recipe(self) -> Recipe:
        """All that the run's metrics depend on, the pictures among it."""
        return self.plan.recipe.with_pictures(digest(*self.data.digests))

    @property
    def training_fields(self) -> TrainingFields:
        """What a model file keeps of the fields that it was trained on."""
        data, seen = self.data, self.plan.data.split.seen
        return fields_trained_on(
            *([kept[at] for at in seen] for kept in (data.plan.fields, data.digests, data.hashes)),
            data.appearance,
        )


def prepare_run(plan: Plan) -> PreparedRun:
    """Read a plan's pictures, audit its split, have its baselines answer.

    Raises:
        InputError: A picture cannot be read, or the cache cannot be written.
    """
    data = prepare_data(plan.data)
    return PreparedRun(plan, data, baseline_answers(plan.data.fields, plan.data.split))


def digest_pictures(plan: DataPlan) -> str:
    """Return a short hash of a plan's pictures, resized, in their own stains.

    Raises:
        InputError: A picture cannot be read, or the cache cannot be written.
    """
    return digest_of([field.picture for field in plan.fields], plan.pictures.image_size)


def prepare_data(plan: DataPlan) -> PreparedData:
    """Read a data plan's pictures and audit its split.

    Raises:
        InputError: A picture cannot be read, or the cache cannot be written.
    """
    files = [field.picture for field in plan.fields]
    options = plan.pictures
    pictures = load_pictures(files, options.image_size)
    digests, hashes = picture_digests(pictures), perceptual_hashes(pictures)
    appearance = appearance_range([pictures[at] for at in plan.split.train])
    training, nuclei, stain = pictures, None, None
    if options.windows:
        training = load_pictures(files, 2 * options.image_size)
    if options.windows or plan.machinery.by_nuclei:
        nuclei = load_nuclei(plan.labels.data_set, plan.fields, plan.labels.counting)
    if options.stain != "none":
        names = [field.name for field in plan.fields]
        target = find_target(options.stain, pictures, plan.split.train, names)
        pictures, unchanged = normalised(pictures, target)
        training = normalised(training, target)[0] if options.windows else pictures
        stain = StainedPictures(target, unchanged)
    return PreparedData(
        plan=plan,
        pictures=pictures,
        training_pictures=training,
        nuclei=nuclei,
        stain=stain,
        digests=digests,
        hashes=hashes,
        appearance=appearance,
        edge=_median_edge(files),
        audit=audit_split(plan.fields, plan.split, digests, hashes),
    )


def _median_edge(files: list[PictureFile]) -> float:
    return float(np.median([math.prod(picture_size(file)) ** 0.5 for file in files]))
