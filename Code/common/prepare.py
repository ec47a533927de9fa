"""Before a run: check everything that the user gave, read it, and say what was found."""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common.annotations import Counts
from common.architecture import Architecture
from common.baselines import Figures, baselines_of
from common.dataset import DATASET, SAMPLE, DataSet, find_data_set
from common.density import counts_of
from common.errors import InputError
from common.fields import Field, pair_fields
from common.inputs import Inputs, read_inputs
from common.places import Places, counts_file, free_places
from common.raters import pool_raters
from common.setting import Setting, setting_of
from common.split import Split, audit, make_split, shares_tissue


@dataclass(frozen=True)
class Run:
    """Everything that a run needs, checked.

    merged: how many entries were pooled into others. inputs: the fields' pictures.
    shared: what training and validation share, as split.audit counts it. baselines: validation
    figures of what the network is compared with.
    """

    network: Architecture
    setting: Setting
    options: argparse.Namespace
    places: Places
    data_set: DataSet
    counts: dict[str, Counts]
    counts_path: Path
    fields: list[Field]
    merged: int
    inputs: Inputs
    split: Split
    shared: dict[str, int]
    baselines: dict[str, Figures]

    @property
    def epochs(self) -> int:
        """The number of epochs to train."""
        return self.options.epochs or self.setting.epochs

    @property
    def title(self) -> str:
        """The title of the run's graphs."""
        lines = f"{self.network}\nlearning rate {self.setting.learning_rate:g}"
        if self.setting.dropout:
            lines += f", dropout {self.setting.dropout:g}"
        return lines + (" (SYNTHETIC data)" if self.data_set.synthetic else "")

    @property
    def densities(self) -> np.ndarray:
        """The fields' densities: float64, (fields,), 0 to 1."""
        return np.array([field.density for field in self.fields])

    @property
    def weights(self) -> np.ndarray | None:
        """The fields' weights in the loss, 1 on average over training; None for equal ones.

        By number of nuclei: cross-entropy is then the likelihood of a binomial count.
        """
        if not self.options.weight_by_count:
            return None
        totals = np.array([field.total for field in self.fields], float)
        return totals / totals[self.split.train].mean()


def prepare(network: Architecture, options: argparse.Namespace) -> Run:
    """Check a run's setting, places and data, and print what was found. Raises InputError."""
    folder = _folder(options)
    setting = setting_of(folder)
    _check_weights(options.weights)
    output = options.output or (folder / "Sample" if options.sample else folder)
    places = free_places(output.absolute(), network.results, options.again)
    data_set = _data_set(options)
    named = options.sample or options.dataset != DATASET
    counts_path = options.counts or counts_file(data_set, named, folder, network.results)
    counts = counts_of(data_set, counts_path)
    entries = pair_fields(data_set, counts, counts_path)
    pooled = pool_raters(entries) if options.raters == "consensus" else entries
    fields = pooled[: options.limit]
    split = make_split(fields, options.split, options.fold, options.folds)
    inputs = read_inputs(options, data_set, fields, split)
    shared = audit(fields, split, inputs.digests)
    _print_data(data_set, counts_path, fields)
    if options.raters == "consensus":
        print(f"  {len(entries) - len(pooled)} of {len(entries)} entries merged with another's")
    if inputs.stain:
        print(f"stain: {inputs.stain.method}, target {inputs.stain.source}")
        print(f"  {inputs.unchanged} pictures left as they were (nearly blank)")
    _print_split(split, shared)
    return Run(
        network=network,
        setting=setting,
        options=options,
        places=places,
        data_set=data_set,
        counts=counts,
        counts_path=counts_path,
        fields=fields,
        merged=len(entries) - len(pooled),
        inputs=inputs,
        split=split,
        shared=shared,
        baselines=baselines_of(fields, split, options.loss),
    )


def _folder(options: argparse.Namespace) -> Path:
    if options.folder is None:
        raise InputError(
            "a learning-rate folder",
            "none",
            do="Start the script of the same name in LR_0_0001 or another one, or give --folder.",
        )
    folder = options.folder.absolute()
    if not folder.is_dir():
        raise InputError("a learning-rate folder", "no such folder", folder)
    return folder


def _check_weights(weights: str) -> None:
    """Look at a weights file before TensorFlow is loaded, as far as that goes."""
    if weights in ("none", "imagenet"):
        return
    import h5py  # a fifth of a second, only where it is used

    if not Path(weights).is_file():
        raise InputError("--weights none, imagenet or a file", f"no file {weights!r}")
    if not h5py.is_hdf5(weights):
        raise InputError("an HDF5 file of weights", "none", weights, "Get the file again.")


def _data_set(options: argparse.Namespace) -> DataSet:
    if not options.sample:
        return find_data_set(options.dataset)
    if options.dataset != DATASET:
        raise InputError("either --sample or --dataset", "both")
    if not SAMPLE.exists():
        print(f"making the synthetic sample data set in {SAMPLE} (once, about half a minute)")
        from common.synthetic.data_set import make_sample  # scikit-image takes a second

        try:
            make_sample(SAMPLE)
        except InputError:
            if not SAMPLE.exists():  # else another run was faster; its sample is the same
                raise
    return find_data_set(SAMPLE)


def _print_data(data_set: DataSet, counts_path: Path, fields: list[Field]) -> None:
    nuclei = sum(field.total for field in fields)
    synthetic = " (SYNTHETIC: painted by a program, no patient's tissue)"
    print(f"data set: {data_set.root}{synthetic if data_set.synthetic else ''}")
    print(f"  {len(fields)} fields of view, {nuclei} nuclei, counts in {counts_path}")


def _print_split(split: Split, shared: dict[str, int]) -> None:
    print(f"split: {split.description}")
    found = [f"{what}: {count}" for what, count in shared.items() if count]
    print(f"audit of the split: {'; '.join(found) or 'nothing on both sides'}")
    if shares_tissue(shared):
        print(
            "warning: both sides show the same patients or pictures, so that validation figures "
            "will be too good; --split patient keeps a patient on one side"
        )
