"""How a run was made: what the second sheet of a log holds."""

import platform
import shlex
import subprocess
import sys
from datetime import datetime

import keras
import tensorflow as tf

from common.dataset import PROJECT
from common.precision import Device
from common.prepare import Run


def facts_of(run: Run, device: Device, precision: str, momentum: float) -> dict[str, object]:
    """Collect the log's sheet `run`; `end` is filled in when the run ends."""
    options = run.options
    synthetic = "SYNTHETIC, painted by a program" if run.data_set.synthetic else "as given"
    return {
        "command": _command(),
        "folder": options.folder.absolute().name,
        "network": run.network.results,
        "depth": run.network.depth,
        "frozen stages": ", ".join(run.network.frozen) or "none",
        "learning rate": run.setting.learning_rate,
        "dropout": run.setting.dropout,
        "optimizer": options.optimizer,
        "loss function": options.loss,
        "schedule": options.schedule,
        "weighted by count": "yes" if options.weight_by_count else "no",
        "weights": options.weights,
        "batch normalisation momentum": round(momentum, 4),
        "data set": run.data_set.root,
        "data": synthetic,
        "counts": run.counts_path,
        "fields of view": len(run.fields),
        "raters": options.raters,
        "entries merged": run.merged,
        "split": run.split.description,
        **run.shared,
        "stain": options.stain,
        "stain target": run.inputs.stain.source if run.inputs.stain else "none",
        "stain values": run.inputs.stain.values if run.inputs.stain else "none",
        "augmentation": options.augment,
        "windows": "yes" if options.windows else "no",
        "seed": options.seed,
        "batch size": options.batch_size,
        "image size": options.image_size,
        "epochs": run.epochs,
        "device": device.name,
        "precision": precision,
        **_versions(),
        "start": now(),
        "end": "not finished",
    }


def now() -> str:
    """Return the local time with its offset to UTC, to the second."""
    return datetime.now().astimezone().isoformat(" ", "seconds")


def _command() -> str:
    """Return the command line as it was given."""
    return shlex.join(["python", *sys.orig_argv[1:]])


def _versions() -> dict[str, str]:
    """Return the versions that a run's figures depend on."""
    return {
        "Python": platform.python_version(),
        "TensorFlow": tf.__version__,
        "Keras": keras.__version__,
        "git commit": _commit(),
    }


def _commit() -> str:
    """Name the project's commit, "-dirty" if files differ from it; say so if there is none."""
    try:
        described = subprocess.run(
            ["git", "-C", PROJECT, "describe", "--always", "--dirty", "--abbrev=40"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown: not a git checkout, or git is not installed"
    return described.stdout.strip()
