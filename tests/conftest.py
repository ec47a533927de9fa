"""What the tests share: a copy of the project, tiny data sets, and a way to start scripts."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
PLAIN_FOLDERS = ("LR_0_00001", "LR_0_0001", "LR_0_001", "LR_0_01")
FOLDERS = (*PLAIN_FOLDERS, "LR_0_000006_Dropout", "LR_0_000006_Dropout_05")
Start = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the scripts and folders, without data and results, so that tests leave no trace."""
    copy = tmp_path_factory.mktemp("clone") / "project"
    unwanted = shutil.ignore_patterns(
        "Sample", "__pycache__", "test.json", "Density.npy", "*.png", "*.xlsx", "*.h5"
    )
    for folder in ["Code", *FOLDERS]:
        shutil.copytree(PROJECT / folder, copy / folder, ignore=unwanted)
    (copy / "Dataset").mkdir()
    return copy


@pytest.fixture(scope="session")
def start() -> Start:
    """Give a function that starts a script, with arguments and a current directory, as users do."""

    def run(
        script: Path, *arguments: object, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, script, *map(str, arguments)],
            cwd=cwd or script.parent,
            capture_output=True,
            text=True,
            env=os.environ | {"CUDA_VISIBLE_DEVICES": ""},
        )

    return run


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, project: Path, start: Start) -> Path:
    """Make a data set of 12 synthetic fields of 64 px; read it, do not change it."""
    folder = tmp_path_factory.mktemp("data") / "PsAreTruth_E"
    script = project / "Code" / "Sample_Dataset.py"
    done = start(script, "--count", 12, "--size", 64, "--output", folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def run_data(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the sample data set for runs, which leave test.json and Density.npy in it."""
    return Path(shutil.copytree(sample, tmp_path_factory.mktemp("runs") / "PsAreTruth_E"))


@pytest.fixture
def own_sample(sample: Path, tmp_path: Path) -> Path:
    """Copy the sample data set for a test that changes it."""
    return Path(shutil.copytree(sample, tmp_path / "PsAreTruth_E"))
