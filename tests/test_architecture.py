"""One flow, one direction: each shared file imports only from those listed before it."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import common
import pytest

FOLDER = Path(common.__file__).parent
LISTED = re.findall(r"^    (\w+)/?  +\S|^    (\w+)/? \S", common.__doc__, re.MULTILINE)
ORDER = [first or second for first, second in LISTED]


def imported(path: Path, top_level_only: bool = False) -> set[str]:
    """Name the files of common/ (or other packages) that a file imports."""
    tree = ast.parse(path.read_text())
    nodes = tree.body if top_level_only else ast.walk(tree)
    names = [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    names += [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return {name.split(".")[1] if name.startswith("common.") else name for name in names}


def test_every_file_is_listed() -> None:
    found = {path.stem for path in FOLDER.iterdir() if not path.name.startswith("__")}
    assert sorted(ORDER) == sorted(found)


@pytest.mark.parametrize("name", ORDER)
def test_imports_point_upwards(name: str) -> None:
    folder = FOLDER / name
    for path in folder.glob("*.py") if folder.is_dir() else [FOLDER / f"{name}.py"]:
        later = set(ORDER[ORDER.index(name) + 1 :])
        assert not imported(path) & later


@pytest.mark.parametrize("name", ORDER[: ORDER.index("prepare") + 1])
def test_nothing_before_training_imports_tensorflow(name: str) -> None:
    code = f"import sys, common.{name}; print({{'tensorflow', 'keras'}} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=FOLDER.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
