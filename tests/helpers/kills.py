"""Kills of a network script, at random moments and in the middle of what it writes.

Each time the same command must go on. At the end every log opens, every model loads, and the
metrics and models equal those of a run that nobody disturbed.
"""

import random
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import openpyxl

from helpers.forkserver import Forked
from helpers.scripts import begin_anew

TIMES = ("seconds", "images_per_second")
# Found by Python in every process that is started with this folder on PYTHONPATH: ends the process
# when a file whose name holds KILL_AT is half-written (cut in two) or about to get its name.
HOOK = """
import os, signal
wanted, moment = os.environ.get("KILL_AT", ""), os.environ.get("KILL_MOMENT", "")
replace = os.replace

def end_instead(source, target, *more, **named):
    if wanted and wanted in str(target):
        if moment == "half":
            os.truncate(source, os.path.getsize(source) // 2)
        if moment == "after":
            replace(source, target, *more, **named)
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(source, target, *more, **named)

os.replace = end_instead
"""
WRITES = (
    *("/.log0.xlsx", "/log0.xlsx", "best_model", "unfinished"),  # each epoch
    *("pictures-", "running", "test.json", "features-"),
)
EACH_EPOCH = 4


@dataclass(frozen=True)
class Kill:
    """When to end a process: after `seconds`, or at a moment of writing a file."""

    seconds: float | None = None
    file: str = ""
    moment: str = ""

    def __str__(self) -> str:
        return f"{self.moment} {self.file}" if self.file else f"after {self.seconds:.1f} s"

    def variables(self, folder: Path) -> dict[str, str]:
        """Return the variables of a process that ends itself at that moment of writing."""
        folder.mkdir(exist_ok=True)
        (folder / "sitecustomize.py").write_text(HOOK)
        return {"PYTHONPATH": str(folder), "KILL_AT": self.file, "KILL_MOMENT": self.moment}


class Trial:
    """A data set, a command, and its undisturbed result.

    Args:
        folder: For data and runs.
        project: A copy of the project that nobody else uses.
        epochs: That a run trains.
        optimizer: Of the runs; sgd keeps nothing for each weight, and its first step is made
            in a third of the time.
        begin: How processes are started.
    """

    def __init__(
        self,
        folder: Path,
        project: Path,
        epochs: int,
        optimizer: str = "adamw",
        begin: Callable[..., Forked | subprocess.Popen[str]] = begin_anew,
    ) -> None:
        self.folder, self.project, self.epochs = folder, project, epochs
        self.optimizer, self._begin = optimizer, begin
        self.data = folder / "data" / "PsAreTruth_E"
        sample = [project / "Code" / "Sample_Dataset.py", "--count", 24, "--size", 64]
        assert begin(*sample, "--output", self.data).wait() == 0
        self.undisturbed, _ = self.start(folder / "undisturbed", None)

    @property
    def script(self) -> Path:
        """The script that is started again and again."""
        return self.project / "LR_0_000006_Dropout_05" / "Code" / "Res50" / "Res50.py"

    def options(self, output: Path, *more: object) -> list[object]:
        """Return the options that it is given."""
        return ["--dataset", self.data, "--weights", "none", "--image-size", 64,
                "--epochs", self.epochs, "--batch-size", 6, "--optimizer", self.optimizer,
                "--schedule", "cosine", "--accumulate", 2, "--windows", "--patience", self.epochs,
                "--output", output, *more]  # fmt: skip

    def begin(self, output: Path, *more: object, **how: object) -> Forked | subprocess.Popen[str]:
        """Start the script and do not wait for it."""
        return self._begin(self.script, *self.options(output, *more), **how)

    def start(self, output: Path, kill: Kill | None, *more: object) -> tuple[Path, bool]:
        """Start the script; return its output folder, and whether it reached its end."""
        env = kill.variables(self.folder / "hook") if kill and kill.file else {}
        process = self.begin(output, *more, env=env)
        try:
            _, errors = process.communicate(timeout=kill.seconds if kill else None)
        except subprocess.TimeoutExpired:
            process.kill()
            _, errors = process.communicate()
        assert process.returncode in (0, -signal.SIGKILL), errors
        return output, process.returncode == 0

    def forget_caches(self) -> None:
        """Let the next start write pictures and counts again."""
        shutil.rmtree(self.project / "Dataset" / ".cache", ignore_errors=True)
        for name in ("test.json", "Density.npy"):
            (self.data / name).unlink(missing_ok=True)

    def check_unfinished(self, output: Path) -> int:
        """Check what a killed run has left; return its number of epochs."""
        epochs = 0
        for log in output.rglob("log*.xlsx"):
            if not log.name.startswith("."):
                rows = rows_of(log)
                epochs = len(rows)
                assert [row["epoch"] for row in rows] == list(range(1, epochs + 1))
                assert without_times(rows) == without_times(self.rows)[:epochs]
        for model in output.rglob("best_model*.h5"):
            if not model.name.startswith("."):
                same_weights(model, self.undisturbed / model.relative_to(output))
        return epochs

    def check_finished(self, output: Path) -> None:
        """Compare with the undisturbed run: files, figures, models."""
        assert self.check_unfinished(output) == self.epochs
        assert visible(output) == visible(self.undisturbed)
        assert not [path for path in output.rglob(".*") if path.name != ".lock"]

    @property
    def rows(self) -> list[dict[str, float]]:
        """The undisturbed log."""
        return rows_of(self.undisturbed / "Log_Files" / "Res50" / "log0.xlsx")


def rows_of(log: Path) -> list[dict[str, float]]:
    """Read a log as users do."""
    header, *rows = openpyxl.load_workbook(log)["log"].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def without_times(rows: list[dict[str, float]]) -> list[dict[str, float]]:
    """Leave out the columns that may differ."""
    return [{name: row[name] for name in row if name not in TIMES} for row in rows]


def visible(output: Path) -> set[str]:
    """Name the files of a run."""
    files = (path for path in output.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(output)) for path in files}


def same_weights(one: Path, other: Path) -> None:
    """Check that two model files hold the same arrays."""

    def arrays(path: Path) -> dict[str, np.ndarray]:
        found = {}
        with h5py.File(path) as file:
            take = lambda name, item: found.update({name: item[()]})  # noqa: E731
            file["model_weights"].visititems(
                lambda name, item: take(name, item) if isinstance(item, h5py.Dataset) else None
            )
        return found

    first, second = arrays(one), arrays(other)
    assert first.keys() == second.keys()
    assert all(np.array_equal(first[name], second[name]) for name in first), one


def load_models(output: Path) -> int:
    """Load every model as users do; return how many."""
    import keras

    models = list(output.rglob("best_model*.h5"))
    for model in models:
        keras.models.load_model(model)
    return len(models)


def kill_and_go_on(trial: Trial, kills: list[Kill]) -> None:
    """Disturb runs by all the kills; each run is started until it has finished."""
    left, turn = list(kills), 0
    while left:
        turn += 1
        output, done = trial.folder / f"run{turn}", False
        while not done:
            kill = left.pop(0) if left else None
            if kill and kill.file in ("pictures-", "features-", "test.json"):
                trial.forget_caches()
            _, done = trial.start(output, kill)
            if kill and done:
                left.append(Kill(seconds=random.uniform(2, 20)))  # it came too late
            else:
                epochs = trial.check_unfinished(output)
                print(f"  {kill or 'undisturbed'}: {epochs} epochs are there", flush=True)
        trial.check_finished(output)
        print(f"run {turn}: as the undisturbed one; {load_models(output)} models load", flush=True)


def choose_kills(count: int) -> list[Kill]:
    """Half at random times, half at random moments of writing; each file at least once."""
    at_files = [_kill_at(name) for name in WRITES]
    while len(at_files) < count / 2:
        at_files.append(_kill_at(random.choice(WRITES[:EACH_EPOCH])))
    timed = [Kill(random.uniform(1, 40)) for _ in range(count - len(at_files))]
    kills = at_files[:count] + timed
    random.shuffle(kills)
    return kills


def _kill_at(name: str) -> Kill:
    """Choose a moment; a log that is whole already gets its name in one step."""
    moments = ("before", "after") if name == "/log0.xlsx" else ("half", "before", "after")
    return Kill(None, name, random.choice(moments))
