"""The project's folders, and ways to start its scripts as users do."""

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from helpers.forkserver import PROJECT, Forked

CODE = PROJECT / "Code"
PLAIN_FOLDERS = ("LR_0_00001", "LR_0_0001", "LR_0_001", "LR_0_01")
FOLDERS = (*PLAIN_FOLDERS, "LR_0_000006_Dropout", "LR_0_000006_Dropout_05")
ENVIRONMENT = {"CUDA_VISIBLE_DEVICES": ""}
Done = subprocess.CompletedProcess[str]
# Every stage of a ResNet becomes one block: a quarter of the layers, and of the time to trace them.
SHALLOW = """

from keras.src.applications import resnet as _stock

_stack = _stock.stack_residual_blocks_v1
_stock.stack_residual_blocks_v1 = lambda x, filters, _blocks, **how: _stack(x, filters, 1, **how)
"""


class Start(Protocol):
    """Starts a script with arguments, in a current directory, and waits for its end."""

    def __call__(
        self, script: Path, *arguments: object, cwd: Path | None = None, **how: object
    ) -> Done:
        """Return what the script printed, and its exit status."""


def begin(
    script: Path,
    *arguments: object,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
    tensorflow: bool = True,
) -> Forked:
    """Start a script and do not wait for it.

    Args:
        script: The script.
        *arguments: On its command line.
        cwd: The current directory; by default the script's own folder.
        env: Variables beside those of this process.
        before: Called in its process first, a function of a module.
        tensorflow: False to refuse the import of TensorFlow.
    """
    given = [*map(str, arguments)]
    return Forked(script, given, cwd or script.parent, _with(env), before, tensorflow)


def begin_anew(
    script: Path,
    *arguments: object,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
) -> subprocess.Popen[str]:
    """Do as `begin` by a new interpreter, where it matters what that loads."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    command = [sys.executable, str(script), *map(str, arguments)]
    where = cwd or script.parent
    return subprocess.Popen(command, cwd=where, env=_with(env), preexec_fn=before, **pipes)


def _with(env: Mapping[str, str] | None) -> dict[str, str]:
    return os.environ | ENVIRONMENT | (env or {})


def run(script: Path, *arguments: object, **how: object) -> Done:
    """Start a script and wait for its end; see `begin`."""
    return _ended(begin(script, *arguments, **how))


def run_anew(script: Path, *arguments: object, **how: object) -> Done:
    """Start a script by a new interpreter and wait for its end; see `begin_anew`."""
    return _ended(begin_anew(script, *arguments, **how))


def _ended(process: Forked | subprocess.Popen[str]) -> Done:
    out, errors = process.communicate()
    return Done(process.args, process.returncode, out, errors)


def copy_project(copy: Path, shallow: bool = False) -> Path:
    """Copy the scripts and folders, without data and results, so that tests leave no trace.

    Args:
        copy: Is made.
        shallow: Whether the copy's networks have one block a stage, where a test is about a run's
            files and flow, and not about its network.
    """
    unwanted = shutil.ignore_patterns(
        "Sample", "__pycache__", "test.json", "Density.npy", "*.png", "*.xlsx", "*.h5", "*.npz"
    )
    for folder in ("Code", *FOLDERS):
        shutil.copytree(PROJECT / folder, copy / folder, ignore=unwanted)
    (copy / "Dataset").mkdir()
    if shallow:
        with (copy / "Code" / "common" / "models" / "resnet.py").open("a") as file:
            file.write(SHALLOW)
    return copy


def own_lines(done: Done) -> str:
    """Return the script's own lines of stderr."""
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines(keepends=True)
    return "".join(line for line in lines if line.startswith(("error", "failed", "  ")))


def rows_of(path: Path) -> dict[str, dict[str, str]]:
    """Read a predictions.csv: its rows by the names of the files."""
    with path.open(newline="") as file:
        return {Path(row["file"]).name: row for row in csv.DictReader(file)}
