"""What makes runs comparable."""

from dataclasses import dataclass
from pathlib import Path

from common.nucls.counting import Counting
from common.runs.record import Record
from common.utils.entries import entry, readable, to_entries


@dataclass(frozen=True)
class Block:
    """What makes runs comparable: runs that differ in it answered another question."""

    data_set: str = entry("data set")
    synthetic: bool = entry("synthetic data")
    fields: int = entry("fields of view")
    labels: str = entry("labels")
    counting: Counting
    pictures: str = entry("pictures")
    split: str = entry("split")
    raters: str = entry("raters")
    image_size: int = entry("image size")
    seed: int = entry("seed")

    @property
    def lines(self) -> list[str]:
        """The block, an entry a line."""
        return [f"{name}: {readable(value)}" for name, value in to_entries(self).items()]

    @property
    def title(self) -> str:
        """The block in two lines: the data set by its folder, and the split."""
        mark = ", SYNTHETIC" if self.synthetic else ""
        name = Path(self.data_set).name
        return f"{name}{mark}, {self.image_size} px, seed {self.seed}\n{self.split}"


def block_of(record: Record) -> Block:
    """Return the block that a run belongs to."""
    recipe = record.recipe
    return Block(
        data_set=record.shown.data_set,
        synthetic=recipe.data.synthetic,
        fields=recipe.data.fields,
        labels=recipe.data.labels,
        counting=recipe.data.counting,
        pictures=recipe.picture_digest or "",
        split=recipe.data.split,
        raters=recipe.pictures.raters,
        image_size=recipe.pictures.image_size,
        seed=recipe.machinery.seed,
    )
