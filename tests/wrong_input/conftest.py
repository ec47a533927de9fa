"""A launcher that is given something wrong: it must say so in two lines and write nothing.

It must also say so before TensorFlow is loaded: its import is refused.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

SMALL = ["--weights", "none", "--image-size", 32, "--epochs", 1]
# What OpenCV and libpng print by themselves about a damaged picture.
DECODER = ("libpng", "[ WARN", "[ERROR")


@dataclass(frozen=True)
class DataToSpoil:
    """A data set that a test may spoil, its third field of view, and where results would go."""

    root: Path
    output: Path

    @property
    def csv(self) -> Path:
        """The annotations of the third field."""
        return sorted((self.root / "contours").glob("*.csv"))[2]

    @property
    def png(self) -> Path:
        """The picture of the third field."""
        return sorted((self.root / "rgbs").glob("*.png"))[2]


@pytest.fixture
def data(own_sample: Path, tmp_path: Path) -> DataToSpoil:
    """Give a data set to spoil."""
    return DataToSpoil(own_sample, tmp_path / "output")


@pytest.fixture
def refused(project: Path, start: Callable, data: DataToSpoil, tmp_path: Path) -> Callable:
    """Give a function that starts a launcher and expects `message`, the whole of it."""

    def check(message: str, *more: object, folder: str = "LR_0_0001", given: bool = True) -> None:
        where = ["--dataset", data.root] if given else []
        before = files_below(project), files_below(tmp_path)
        script = project / folder / "Res50.py"
        done = start(script, *where, *SMALL, "--output", data.output, *more, tensorflow=False)
        lines = done.stderr.splitlines(keepends=True)
        own = [line for line in lines if not line.startswith(DECODER)]
        assert "".join(own) == f"error: expected {message}\n"
        assert len(own) <= 2
        assert done.returncode == 2
        assert (files_below(project), files_below(tmp_path)) == before

    return check


# The folder of the pictures' cache, and its digests of files.
CACHED = (".cache", "contents.json")


def files_below(folder: Path) -> set[Path]:
    """List all that a run could leave, but for Python's caches, digests, and right counts."""
    return {
        path
        for path in folder.rglob("*")
        if not ("__pycache__" in path.parts or path.name in CACHED or is_right(path))
    }


def is_right(path: Path) -> bool:
    """Tell whether a file holds the counts or densities of just the fields beside it."""
    names = sorted(csv.stem for csv in (path.parent / "contours").glob("*.csv"))
    pictures = sorted(png.stem for png in (path.parent / "rgbs").glob("*.png"))
    if path.name == "test.json":
        return list(json.loads(path.read_bytes())) == names == pictures
    return path.name == "Density.npy" and len(np.load(path)) == len(names)
