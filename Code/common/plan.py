"""What a run is to do: its setting, data set, fields and split, checked; pictures come later."""

import argparse
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from common.annotations import Counts
from common.architecture import Architecture
from common.dataset import DataSet
from common.errors import InputError
from common.fields import Field
from common.labels import read_labels
from common.setting import Setting, setting_of
from common.split import Split, make_split


@dataclass(frozen=True)
class Plan:
    """What a run is to do.

    output: the folder that receives Graphs/, Log_Files/ and Models/. merged: how many entries were
    pooled into others.
    """

    network: Architecture
    setting: Setting
    options: argparse.Namespace
    output: Path
    data_set: DataSet
    counts: dict[str, Counts]
    counts_path: Path
    fields: list[Field]
    merged: int
    split: Split

    @property
    def epochs(self) -> int:
        """The number of epochs to train."""
        return self.options.epochs or self.setting.epochs

    @property
    def recipe(self) -> dict[str, object]:
        """All that the run's figures depend on, named as in the log's sheet `run`."""
        options = self.options
        return {
            "folder": options.folder.absolute().name,
            "network": self.network.results,
            "frozen stages": ", ".join(self.network.frozen) or "none",
            "learning rate": self.setting.learning_rate,
            "dropout": self.setting.dropout,
            "optimizer": options.optimizer,
            "loss function": options.loss,
            "schedule": options.schedule,
            "patience": options.patience or "none",
            "beside earlier runs": "yes" if options.again else "no",
            **self.data_recipe,
        }

    @property
    def data_recipe(self) -> dict[str, object]:
        """The part of the recipe that a hyper-parameter search does not vary."""
        options = self.options
        synthetic = "SYNTHETIC, painted by a program" if self.data_set.synthetic else "as given"
        return {
            "weights": options.weights,
            "weighted by count": "yes" if options.weight_by_count else "no",
            "data": synthetic,
            "fields of view": len(self.fields),
            "labels": self._labels,
            "raters": options.raters,
            "split": self.split.description,
            "microns per pixel": options.mpp,
            "stain": options.stain,
            "augmentation": options.augment,
            "windows": "yes" if options.windows else "no",
            "seed": options.seed,
            "batch size": options.batch_size,
            "image size": options.image_size,
            "epochs": self.epochs,
            "precision asked": options.precision,
            "devices": options.devices,
        }

    @property
    def _labels(self) -> str:
        """A short hash of the fields' names and counts."""
        labels = [(field.name, field.tumour, field.total) for field in self.fields]
        return hashlib.blake2b(json.dumps(labels).encode(), digest_size=6).hexdigest()


def make_plan(network: Architecture, options: argparse.Namespace) -> Plan:
    """Check a run's setting, data set and split, and print what was found. Raises InputError."""
    folder = _folder(options)
    setting = setting_of(folder)
    check_weights(options.weights)
    output = options.output or (folder / "Sample" if options.sample else folder)
    labelled = read_labels(options, folder, network)
    split = make_split(labelled["fields"], options.split, options.fold, options.folds)
    print(f"split: {split.description}")
    return Plan(
        network=network,
        setting=setting,
        options=options,
        output=output.absolute(),
        split=split,
        **labelled,
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


def check_weights(weights: str) -> None:
    """Look at a weights file before TensorFlow is loaded, as far as that goes."""
    if weights in ("none", "imagenet"):
        return
    import h5py  # a fifth of a second, only where it is used

    if not Path(weights).is_file():
        raise InputError("--weights none, imagenet or a file", f"no file {weights!r}")
    if not h5py.is_hdf5(weights):
        raise InputError("an HDF5 file of weights", "none", weights, "Get the file again.")
