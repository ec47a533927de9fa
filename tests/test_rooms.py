"""The rooms of Code/common: which may import which, how large they are, what loads TensorFlow."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.scripts import CODE, PROJECT

COMMON = CODE / "common"
ROOMS = sorted(path.parent.name for path in COMMON.glob("*/__init__.py"))
MODULES = sorted(path for path in COMMON.rglob("*.py") if path.name != "__init__.py")
# What a script may import before everything that the user gave is checked.
WITH_TENSORFLOW = {
    "baselines",
    "models",
    "learning",
    "training",
    "inference",
    "explanation",
    "evaluation",
    "export",
    "search",
    "machine",
}
BEFORE_TENSORFLOW = [
    path
    for path in MODULES
    if path.parent.name not in WITH_TENSORFLOW and path.stem not in ("over_epoch", "flipped")
]


def lint(project: Path) -> subprocess.CompletedProcess[str]:
    program = "import sys; from importlinter.cli import lint_imports_command as lint; lint()"
    command = [sys.executable, "-c", program, "--no-cache"]
    environment = os.environ | {"PYTHONPATH": str(project / "Code")}
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy what the import contracts are checked on."""
    shutil.copytree(COMMON, tmp_path / "Code" / "common")
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def test_rooms_import_downwards(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout
    assert "Contracts: 2 kept, 0 broken." in done.stdout


PLANTED = {
    ("utils.errors", "runs.log"): "common.utils.errors -> common.runs.log",  # upwards
    ("inference.predictor", "training.recorder"):  # to a neighbour
    "common.inference.predictor -> common.training.recorder",
    ("runs.epochs", "runs.pending_log"): ".epochs -> .pending_log",  # in circles inside a room
}


def test_planted_imports_are_found(copy: Path) -> None:
    for module, planted in PLANTED:
        path = copy / "Code" / "common" / f"{module.replace('.', '/')}.py"
        path.write_text(path.read_text() + f"\nimport common.{planted}\n")
    done = lint(copy)
    assert done.returncode == 1
    assert "0 kept, 2 broken" in done.stdout
    for found in PLANTED.values():
        assert found in done.stdout


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_are_small_and_say_what_they_hold(room: str) -> None:
    assert len(list((COMMON / room).glob("*.py"))) <= 9 + 1  # and __init__.py
    said = ast.get_docstring(ast.parse((COMMON / room / "__init__.py").read_text()))
    assert said
    assert f"    {room} " in (COMMON / "__init__.py").read_text()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_modules_and_functions_are_short(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 200
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, kinds)]
    assert all(one.end_lineno - one.lineno + 1 <= 40 for one in functions)


def test_nothing_before_training_imports_tensorflow() -> None:
    names = [f"common.{path.parent.name}.{path.stem}" for path in BEFORE_TENSORFLOW]
    names += ["common.inference.predict", "common.explanation.plan", "common.evaluation.loading"]
    names += ["common.evaluation.predictions", "common.search.plan", "common.search.best"]
    names += ["common.export.plan", "common.training.train"]
    names += [f"common.baselines.{name}" for name in ("table", "classical", "detection")]
    names += ["common.baselines.frozen_features"]
    code = (
        "import importlib, sys\n"
        f"for name in {names}:\n"
        "    importlib.import_module(name)\n"
        "    assert not {'tensorflow', 'keras'} & set(sys.modules), name\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CODE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert len(names) > 50
