"""The recipe of a run: all that its metrics depend on, so far as it is known before training."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from common.config.data_options import PictureOptions
from common.config.lr_folder import Setting
from common.config.training_options import CONSTANT, LearningOptions, MachineryOptions
from common.data.fields import FieldOfView
from common.files.identity import digest
from common.models.architecture import Architecture
from common.nucls.counting import Counting
from common.utils.entries import Entries, entry, to_entries

EPOCHS = "epochs"  # name of the entry


@dataclass(frozen=True)
class DataEntries:
    """The fields of view that a run sees.

    Attributes:
        counting: How their nuclei are counted.
        synthetic: Whether a program painted them.
        fields: How many they are.
        labels: A short hash of their names and counts.
        split: The split's description.
        left_out: Fields of view that cannot be used, by name.
    """

    counting: Counting
    synthetic: bool = entry("synthetic data")
    fields: int = entry("fields of view")
    labels: str = entry("labels")
    split: str = entry("split")
    left_out: tuple[str, ...] = entry("fields left out", default=())


@dataclass(frozen=True)
class NetworkEntries:
    """The network that is trained; see Architecture."""

    network: str = entry("network")
    frozen: tuple[str, ...] = entry("frozen stages")
    depth: int = entry("depth")


@dataclass(frozen=True)
class Recipe:
    """All that a run's metrics depend on: a run goes on only with the same.

    Attributes:
        again: Whether the run stands beside earlier ones.
        epochs: To train.
        weights_content: A digest of the weights file that it begins with; None without one.
        picture_digest: A short hash of the pictures, resized, in their own stains; None until they
            have been read.
    """

    setting: Setting
    network: NetworkEntries
    learning: LearningOptions
    machinery: MachineryOptions
    data: DataEntries
    pictures: PictureOptions
    again: bool = entry("beside earlier runs")
    epochs: int = entry(EPOCHS)
    weights_content: str | None = entry("weights' content", optional=True)
    picture_digest: str | None = entry("pictures", optional=True)

    @property
    def is_open_ended(self) -> bool:
        """Whether an epoch's metrics are the same however many epochs follow it."""
        return self.learning.schedule == CONSTANT

    def entries_of_an_epoch(self) -> Entries:
        """Return the entries that the metrics of an epoch depend on."""
        entries = to_entries(self)
        if self.is_open_ended:
            del entries[EPOCHS]
        return entries

    def with_epochs(self, epochs: int) -> "Recipe":
        """Return the recipe with another number of epochs."""
        return replace(self, epochs=epochs)

    def with_pictures(self, picture_digest: str) -> "Recipe":
        """Return the recipe with the pictures, once they have been read."""
        return replace(self, picture_digest=picture_digest)


def network_entries(network: Architecture) -> NetworkEntries:
    """Return how records name a network."""
    return NetworkEntries(network.results, network.frozen, network.depth)


def digest_labels(fields: Sequence[FieldOfView]) -> str:
    """Return a short hash of fields' names and counts."""
    labels = [(field.name, field.counts.tumour, field.counts.total) for field in fields]
    return digest(json.dumps(labels).encode())
