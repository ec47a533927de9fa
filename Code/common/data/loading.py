"""The labelled fields of view of a data set, from one source for every script."""

from dataclasses import dataclass
from pathlib import Path

from common.data.counting_options import CountingOptions
from common.data.counts import (
    check_densities,
    counts_file,
    densities_of,
    read_counts,
    save_densities,
    write_counts,
)
from common.data.extraction import Extraction, check_groups, extract_all
from common.data.fields import FieldOfView, pair_fields
from common.data.pictures import odd_pictures, with_their_nuclei
from common.data.raters import pool_raters
from common.files.disk import cache_folder, can_write
from common.nucls.counting import Counting, Counts
from common.nucls.dataset import DATASET, SAMPLE, DataSet, find_data_set
from common.utils.errors import InputError, name_all
from common.utils.terminal import tell


@dataclass(frozen=True)
class Labels:
    """The labelled fields of view of a data set.

    Attributes:
        data_set: Where they lie.
        counting: Which of their nuclei count, and as what.
        extraction: What the annotation files hold now.
        counts: Of every entry, by name, as test.json has them.
        counts_path: The data set's test.json; it may be missing (see `keep`).
        consensus: Whether entries of several raters for one field were pooled.
        merged: How many entries were pooled into others.
        fields: The fields of view, sorted by name.
    """

    data_set: DataSet
    counting: Counting
    extraction: Extraction
    counts: dict[str, Counts]
    counts_path: Path
    consensus: bool
    merged: int
    fields: list[FieldOfView]

    @property
    def differing(self) -> int:
        """How many entries of test.json differ from a new count."""
        fresh = self.extraction.counts
        return sum(self.counts[name] != fresh[name] for name in self.counts.keys() & fresh)

    def describe(self) -> list[str]:
        """Say in a few lines what was found."""
        painted = " (SYNTHETIC: painted by a program, no patient's tissue)"
        nuclei = sum(field.counts.total for field in self.fields)
        lines = []
        if self.differing:
            which = f"{self.differing} of {len(self.counts)} entries of {self.counts_path}"
            lines.append(f"note: {which} differ from a new count")
        lines.append(f"data set: {self.data_set.root}{painted if self.data_set.synthetic else ''}")
        lines.append(
            f"  {len(self.fields)} fields of view, {nuclei} nuclei, counts in {self.counts_path}"
        )
        lines += self.extraction.describe(self.counting)
        odd = self.extraction.odd
        lines += [f"  left out: {name}: {error.reason}" for name, error in odd.items()]
        if self.consensus:
            lines.append(f"  {self.merged} of {len(self.counts)} entries merged with another's")
        return lines

    def check_keepable(self) -> None:
        """Raise InputError if `keep` would, because another Density.npy is there."""
        if self._is_to_keep:
            check_densities(self._densities_path, densities_of(self.counts.values()))

    @property
    def _densities_path(self) -> Path:
        return self.counts_path.with_name("Density.npy")

    @property
    def _is_to_keep(self) -> bool:
        return not self.counts_path.exists() and can_write(self.counts_path.parent)

    def keep(self) -> str:
        """Write the counts where they are missing, and Density.npy beside them.

        The original's folders hold both. A folder that may not be written to gets neither: the log
        has all counts.

        Returns:
            What is to be said of it; "" if they were there.

        Raises:
            InputError: Another Density.npy is there.
        """
        if self.counts_path.exists():
            return ""
        missing = f"counts: {self.counts_path} was missing and has been extracted"
        if not self._is_to_keep:
            return f"{missing}; not kept, as its folder may not be written to"
        save_densities(self._densities_path, densities_of(self.counts.values()))
        write_counts(self.counts_path, self.counts, self.counting)
        return missing


def load_labels(
    data_set: DataSet,
    counts_path: Path,
    counting: Counting,
    *,
    consensus: bool = False,
    limit: int | None = None,
    skip_odd: bool = False,
) -> Labels:
    """Read the labelled fields of view of a data set.

    The counts of an existing test.json hold, even where they differ from a new count: somebody may
    have edited them on purpose. A missing one is extracted, and written by `Labels.keep`.

    Args:
        data_set: The data set.
        counts_path: Its test.json.
        counting: How it was, or is to be, counted.
        consensus: Whether entries of several raters for one field are pooled.
        limit: How many fields to take, from the first by name; None for all.
        skip_odd: Whether fields that cannot be used are left out.

    Raises:
        InputError: The data set, or the file of counts, is not as it should be.
    """
    found = extract_all(data_set, counting)
    if found.odd or skip_odd:  # else they are decoded once, when they are shown
        found.odd.update(odd_pictures(data_set, found))
    if found.odd and not skip_odd:
        raise name_all(found.odd)
    check_groups(found, counting, data_set)
    there = counts_path.exists()
    counts = read_counts(counts_path) if there else _usable(found)
    entries = pair_fields(data_set, counts, counts_path, found.regions, found.odd)
    entries = with_their_nuclei(entries, found, skip_odd=skip_odd)
    pooled = pool_raters(entries) if consensus else entries
    merged = len(entries) - len(pooled)
    return Labels(data_set, counting, found, counts, counts_path, consensus, merged, pooled[:limit])


def _usable(found: Extraction) -> dict[str, Counts]:
    return {name: counts for name, counts in found.counts.items() if name not in found.odd}


def load_for(
    data_set: DataSet, options: CountingOptions, counting: Counting | None = None
) -> Labels:
    """Read the labels of a data set that is named beside a model; counts lie beside its contours/.

    Args:
        data_set: The data set.
        options: What was given; followed before all else.
        counting: How the model's training fields were counted, if it is known.
    """
    path = counts_file(data_set, named=True)
    given = options != CountingOptions()
    chosen = options.of_counts(path) if given or path.exists() or not counting else counting
    return load_labels(data_set, path, chosen)


def sample_data_set() -> DataSet:
    """Return the synthetic sample data set, which is made on first use (half a minute).

    It lies in Dataset/, or in the cache folder where Dataset/ may not be written to.
    """
    there = SAMPLE.exists() or can_write(SAMPLE)
    sample = SAMPLE if there else cache_folder() / SAMPLE.relative_to(DATASET)
    if not sample.exists():
        tell(f"making the synthetic sample data set in {sample} (once, about half a minute)")
        from common.synthetic.data_set import make_sample  # scikit-image takes a second

        try:
            make_sample(sample)
        except InputError:
            if not sample.exists():  # else another run was faster; its sample is the same
                raise
    return find_data_set(sample)
