"""What the tests share: a copy of the project, tiny data sets, and a way to start scripts."""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from helpers.forkserver import preload
from helpers.scripts import ENVIRONMENT, PROJECT, Start, copy_project, run
from helpers.shared import make_once


def pytest_configure() -> None:
    """Have the processes that tests start compile each of the project's files once."""
    os.environ["PYTHONDONTWRITEBYTECODE"] = ""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Pass over files of slow tests alone, whose imports take seconds, if none is asked for."""
    if config.option.markexpr != "not slow" or collection_path.suffix != ".py":
        return None
    return "\npytestmark = pytest.mark.slow\n" in collection_path.read_text() or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files of most slow tests: a worker takes a file, and none is left at the end.

    So workers never wait for a thing that the tests of a file share.
    """
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: (-slow[item.path], item.path))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Have the server of processes load TensorFlow only if a test needs it."""
    preload(tensorflow=any(item.get_closest_marker("slow") for item in session.items))


@pytest.fixture(scope="session", autouse=True)
def temporary_files() -> Iterator[None]:
    """Remove at the end what killed scripts leave where temporary files lie."""
    own = tempfile.TemporaryDirectory(prefix="of-tests-", ignore_cleanup_errors=True)
    with own as folder, mock.patch.dict(ENVIRONMENT, TMPDIR=folder):
        yield


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the scripts and folders, without data and results, so that tests leave no trace."""
    return copy_project(tmp_path_factory.mktemp("clone") / "project")


@pytest.fixture(scope="session")
def shallow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the project as `project` does, with networks of few layers."""
    return copy_project(tmp_path_factory.mktemp("shallow") / "project", shallow=True)


@pytest.fixture(scope="session")
def start() -> Start:
    """Give a function that starts a script, with arguments and a current directory, as users do."""
    return run


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a data set of 12 synthetic fields of 64 px; read it, do not change it."""

    def make(folder: Path) -> None:
        script = PROJECT / "Code" / "Sample_Dataset.py"
        output = folder / "PsAreTruth_E"
        done = run(script, "--count", 12, "--size", 64, "--output", output)
        assert done.returncode == 0, done.stderr

    return make_once(tmp_path_factory.getbasetemp(), "sample", make) / "PsAreTruth_E"


@pytest.fixture(scope="session")
def run_data(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the sample data set for runs, which leave test.json and Density.npy in it."""
    return Path(shutil.copytree(sample, tmp_path_factory.mktemp("runs") / "PsAreTruth_E"))


@pytest.fixture
def own_sample(sample: Path, tmp_path: Path) -> Path:
    """Copy the sample data set for a test that changes it."""
    return Path(shutil.copytree(sample, tmp_path / "PsAreTruth_E"))
