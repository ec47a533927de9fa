"""The labelled fields of view of a data set, from one source for every script."""

from dataclasses import dataclass
from pathlib import Path

from common import PROJECT
from common.data.annotations import extract_counts
from common.data.counts import Counts, densities_of, read_counts, save_densities, write_counts
from common.data.dataset import SAMPLE, DataSet, find_data_set
from common.data.fields import FieldOfView, pair_fields
from common.data.raters import pool_raters
from common.utils.errors import InputError


@dataclass(frozen=True)
class Labels:
    """The labelled fields of view of a data set.

    Attributes:
        data_set: Where they lie.
        counts: Of every entry, by name.
        counts_path: The data set's test.json; it may be missing (see `keep`).
        differing: Entries of test.json that differ from a new count.
        consensus: Whether entries of several raters for one field were pooled.
        merged: How many entries were pooled into others.
        fields: The fields of view, sorted by name.
    """

    data_set: DataSet
    counts: dict[str, Counts]
    counts_path: Path
    differing: int
    consensus: bool
    merged: int
    fields: list[FieldOfView]

    def describe(self) -> list[str]:
        """Say in a few lines what was found."""
        nuclei = sum(field.counts.total for field in self.fields)
        painted = " (SYNTHETIC: painted by a program, no patient's tissue)"
        lines = []
        if self.differing:
            which = f"{self.differing} of {len(self.counts)} entries of {self.counts_path}"
            lines.append(f"note: {which} differ from a new count")
        lines.append(f"data set: {self.data_set.root}{painted if self.data_set.synthetic else ''}")
        lines.append(
            f"  {len(self.fields)} fields of view, {nuclei} nuclei, counts in {self.counts_path}"
        )
        if self.consensus:
            lines.append(f"  {self.merged} of {len(self.counts)} entries merged with another's")
        return lines

    def keep(self) -> bool:
        """Write the counts where they are missing, and Density.npy beside them.

        The original's folders hold both.

        Returns:
            Whether they were missing.

        Raises:
            InputError: Another Density.npy is there.
        """
        if self.counts_path.exists():
            return False
        densities = densities_of(self.counts.values())
        save_densities(self.counts_path.with_name("Density.npy"), densities)
        write_counts(self.counts_path, self.counts)
        return True


def load_labels(
    data_set: DataSet, counts_path: Path, *, consensus: bool = False, limit: int | None = None
) -> Labels:
    """Read the labelled fields of view of a data set.

    The counts of an existing test.json hold, even where they differ from a new count: they may be
    of other groups on purpose. A missing one is extracted, and written by `Labels.keep`.

    Args:
        data_set: The data set.
        counts_path: Its test.json.
        consensus: Whether entries of several raters for one field are pooled.
        limit: How many fields to take, from the first by name; None for all.

    Raises:
        InputError: The data set, or the file of counts, is not as it should be.
    """
    fresh = extract_counts(data_set)[0]
    counts = read_counts(counts_path) if counts_path.exists() else fresh
    differing = sum(counts[name] != fresh[name] for name in counts.keys() & fresh.keys())
    entries = pair_fields(data_set, counts, counts_path)
    pooled = pool_raters(entries) if consensus else entries
    merged = len(entries) - len(pooled)
    return Labels(data_set, counts, counts_path, differing, consensus, merged, pooled[:limit])


def counts_file(data_set: DataSet, *, named: bool, own_folder: Path | None = None) -> Path:
    """Return where a data set's test.json lies.

    Args:
        data_set: The data set.
        named: Whether it was named by --dataset or --sample: it then keeps its counts beside its
            own contours/, so that those of several do not mix.
        own_folder: Where else counts of the data set under Dataset/ lie than in Code/, if that
            folder exists: the dropout folders' Code/<network>/.
    """
    if named:
        return data_set.root / "test.json"
    own = own_folder is not None and own_folder.is_dir()
    return (own_folder if own else PROJECT / "Code") / "test.json"


def sample_data_set() -> DataSet:
    """Return the synthetic sample data set, which is made on first use (half a minute)."""
    if not SAMPLE.exists():
        print(f"making the synthetic sample data set in {SAMPLE} (once, about half a minute)")
        from common.synthetic.data_set import make_sample  # scikit-image takes a second

        try:
            make_sample(SAMPLE)
        except InputError:
            if not SAMPLE.exists():  # else another run was faster; its sample is the same
                raise
    return find_data_set(SAMPLE)
