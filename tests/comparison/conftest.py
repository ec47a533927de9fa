"""What tests of Compare.py share."""

from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.scripts import Start


@pytest.fixture
def compare(project: Path, start: Start, tmp_path: Path) -> Callable:
    """Give a function that compares the folders under tmp_path; results in tmp_path/out."""

    def run() -> str:
        folders = sorted(tmp_path.glob("LR_*"))
        done = start(project / "Code" / "Compare.py", *folders, "--output", tmp_path / "out")
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
