"""How a run was made: what the second sheet of a log holds."""

import platform
import shlex
import subprocess
import sys
from datetime import datetime

import keras
import tensorflow as tf

from common import VERSION
from common.dataset import PROJECT
from common.precision import Device
from common.prepare import Run


def facts_of(run: Run, device: Device, precision: str, momentum: float) -> dict[str, object]:
    """Collect the log's sheet `run`; `end` is filled in when the run ends."""
    stain = run.inputs.stain
    return {
        "command": command(),
        **run.recipe,
        "depth": run.network.depth,
        "batch normalisation momentum": round(momentum, 4),
        "data set": str(run.data_set.root),
        "counts": str(run.counts_path),
        "entries merged": run.merged,
        **run.shared,
        "field microns": round(run.inputs.edge * run.options.mpp, 3),
        "stain target": stain.source if stain else "none",
        "stain values": stain.values if stain else "none",
        "device": device.name,
        "precision": precision,
        **versions(),
        "start": now(),
        "resumed": "never",
        "end": "not finished",
    }


def now() -> str:
    """Return the local time with its offset to UTC, to the second."""
    return datetime.now().astimezone().isoformat(" ", "seconds")


def command() -> str:
    """Return the command line as it was given."""
    return shlex.join(["python", *sys.orig_argv[1:]])


def versions() -> dict[str, str]:
    """Return the versions that a run's figures depend on."""
    return {
        "version": VERSION,
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
