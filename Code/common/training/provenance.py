"""How a run is made, as far as it is known when it begins: command, versions, commit, time."""

import platform
import subprocess
import sys
from datetime import datetime

import keras
import tensorflow as tf

from common import PROJECT, VERSION
from common.config.prepare import PreparedRun
from common.models.precision import Device
from common.runs.record import Computed, Record, Shown, Versions, new_record
from common.utils.terminal import command_line


def record_of(run: PreparedRun, device: Device, precision: str, momentum: float) -> Record:
    """Return the record of a run that begins now."""
    computed = Computed(round(momentum, 4), device.name, precision, versions())
    return new_record(command(), run.recipe, _shown(run), computed, now())


def _shown(run: PreparedRun) -> Shown:
    data, labels = run.data, run.plan.data.labels
    target = data.stain.target if data.stain else None
    return Shown(
        data_set=str(labels.data_set.root),
        counts=str(labels.counts_path),
        merged=labels.merged,
        audit=data.audit,
        field_microns=round(data.edge * run.plan.data.pictures.mpp, 3),
        stain_target=target.source if target else "none",
        stain_values=target.values if target else "none",
    )


def now() -> str:
    """Return the local time with its offset to UTC, to the second."""
    return datetime.now().astimezone().isoformat(" ", "seconds")


def command() -> str:
    """Return the command line as it was given."""
    return command_line("python", *sys.orig_argv[1:])


def versions() -> Versions:
    """Return the versions that a run's metrics depend on."""
    return Versions(
        project=VERSION,
        python=platform.python_version(),
        tensorflow=tf.__version__,
        keras=keras.__version__,
        commit=_commit(),
    )


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
