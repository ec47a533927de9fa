"""The project's folders, and a way to start its scripts as users do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Protocol

PROJECT = Path(__file__).resolve().parents[2]
CODE = PROJECT / "Code"
PLAIN_FOLDERS = ("LR_0_00001", "LR_0_0001", "LR_0_001", "LR_0_01")
FOLDERS = (*PLAIN_FOLDERS, "LR_0_000006_Dropout", "LR_0_000006_Dropout_05")
ENVIRONMENT = {"CUDA_VISIBLE_DEVICES": ""}


class Start(Protocol):
    """Starts a script with arguments, in a current directory, and waits for its end."""

    def __call__(
        self, script: Path, *arguments: object, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Return what the script printed, and its exit status."""


def run(
    script: Path, *arguments: object, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Start a script and wait for it; its own folder is the current directory by default."""
    return subprocess.run(
        [sys.executable, script, *map(str, arguments)],
        cwd=cwd or script.parent,
        capture_output=True,
        text=True,
        env=os.environ | ENVIRONMENT,
    )


def copy_project(copy: Path) -> Path:
    """Copy the scripts and folders, without data and results, so that tests leave no trace."""
    unwanted = shutil.ignore_patterns(
        "Sample", "__pycache__", "test.json", "Density.npy", "*.png", "*.xlsx", "*.h5", "*.npz"
    )
    for folder in ("Code", *FOLDERS):
        shutil.copytree(PROJECT / folder, copy / folder, ignore=unwanted)
    (copy / "Dataset").mkdir()
    return copy
