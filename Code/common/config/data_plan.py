"""The data of a run or of a search: labelled fields, their split, how they are shown."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common.config.data_options import DataOptions, PictureOptions, SourceOptions
from common.config.recipe import DataEntries, digest_labels
from common.config.training_options import AUTO, MachineryOptions
from common.data.counts import counts_file
from common.data.fields import FieldOfView, densities_of_fields
from common.data.loading import Labels, load_labels, sample_data_set
from common.nucls.dataset import DATASET, DataSet, find_data_set
from common.splits.methods import SplitRequest, make_split
from common.splits.split import Split
from common.utils.errors import InputError


@dataclass(frozen=True)
class DataPlan:
    """What is trained on, and how it is shown to the network.

    Attributes:
        labels: The labelled fields of view.
        split: Which of them train.
        pictures: What the network sees of them.
        machinery: How it is trained, as far as a search does not vary it.
    """

    labels: Labels
    split: Split
    pictures: PictureOptions
    machinery: MachineryOptions

    def __post_init__(self) -> None:
        """Raise InputError where an epoch would have no update, or Keras cannot accumulate."""
        accumulate = self.machinery.accumulate
        if accumulate > self.steps:
            expected = f"--accumulate of at most {self.steps}, the batches of an epoch"
            raise InputError(expected, str(accumulate))
        if accumulate > 1 and self.machinery.devices == "all":
            remedy = "Several devices hold a larger batch together: give --batch-size."
            raise InputError("--accumulate with --devices one", "--devices all", do=remedy)

    @property
    def fields(self) -> list[FieldOfView]:
        """The fields of view, in the order of the split's positions."""
        return self.labels.fields

    @property
    def densities(self) -> np.ndarray:
        """The fields' densities: float64, (fields,), 0 to 1."""
        return densities_of_fields(self.fields)

    @property
    def weights(self) -> np.ndarray | None:
        """The fields' weights in the loss, 1 on average over training; None for equal ones.

        By number of nuclei: cross-entropy is then the likelihood of a binomial count.
        """
        if not self.machinery.weight_by_count:
            return None
        totals = np.array([field.counts.total for field in self.fields], float)
        return totals / totals[self.split.train].mean()

    @property
    def steps(self) -> int:
        """Training steps an epoch, each with a batch; of single fields while none is settled."""
        batch = self.machinery.batch_size
        return math.ceil(len(self.split.train) / (1 if batch == AUTO else batch))

    @property
    def entries(self) -> DataEntries:
        """How records tell the data."""
        return DataEntries(
            synthetic=self.labels.data_set.synthetic,
            counting=self.labels.counting,
            left_out=tuple(sorted(self.labels.extraction.odd)),
            fields=len(self.fields),
            labels=digest_labels(self.fields),
            split=self.split.description,
        )

    def describe(self) -> list[str]:
        """Say in a few lines what was found."""
        return [*self.labels.describe(), f"split: {self.split.description}"]


def plan_data(
    options: DataOptions,
    machinery: MachineryOptions,
    own_folder: Path | None = None,
    load: Callable[..., Labels] = load_labels,
) -> DataPlan:
    """Read the labels that the options name, and split them.

    Args:
        options: Which data, how counted, shown and split.
        machinery: How it will be trained.
        own_folder: Where a folder keeps counts of its own (see counts_file).
        load: How labels are loaded; something that remembers them, for many plans in a row.

    Raises:
        InputError: The data set, its counts or the split are not as they should be.
    """
    source, pictures, split = options.source, options.pictures, options.split
    options.cache.use()
    if (pictures.windows or machinery.by_nuclei) and pictures.raters != "each":
        wanting = "--windows" if pictures.windows else "--supervise nuclei"
        raise InputError(f"{wanting} with --raters each", f"--raters {pictures.raters}")
    data_set = chosen_data_set(source)
    path = counts_path_of(source, data_set, own_folder)
    labels = load(
        data_set,
        path,
        options.counting.of_counts(path),
        consensus=pictures.raters == "consensus",
        limit=source.limit,
        skip_odd=source.skip_bad_fields,
    )
    request = SplitRequest(labels.fields, split.fold, split.folds, data_set.root)
    chosen = make_split(split.split, request, split.choose_epoch)
    return DataPlan(labels, chosen, pictures, machinery)


def counts_path_of(
    source: SourceOptions, data_set: DataSet, own_folder: Path | None = None
) -> Path:
    """Return where the counts of the chosen data set lie; own_folder as of counts_file."""
    named = source.sample or source.dataset != DATASET
    return source.counts or counts_file(data_set, named=named, own_folder=own_folder)


def chosen_data_set(source: SourceOptions) -> DataSet:
    """Find the data set that the options name.

    Raises:
        InputError: There is none, more than one, or two are named.
    """
    if not source.sample:
        return find_data_set(source.dataset)
    if source.dataset != DATASET:
        raise InputError("either --sample or --dataset", "both")
    return sample_data_set()
