"""A study of tiny runs with Run_All.py, some of them made to fail; a Dask cluster for it."""

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl

NETWORKS = ("Res50", "Res50_Conv_5", "Res50_Conv_4_5")
RESULTS = ("Res50", "Res50_Conv_5", "Res50_Conv4_5")
FOLDERS = ("LR_0_0001", "LR_0_001", "LR_0_01", "LR_0_00001")


class Study:
    """Runs of some networks in some folders, on a sample of 8 fields."""

    def __init__(self, project: Path, place: Path, networks: int, folders: int) -> None:
        self.project, self.output = project, place / "output"
        self.data = place / "data" / "PsAreTruth_E"
        sample = [project / "Code" / "Sample_Dataset.py", "--count", 8, "--size", 64]
        subprocess.run([sys.executable, *map(str, sample), "--output", self.data], check=True)
        self.networks, self.folders = NETWORKS[:networks], FOLDERS[:folders]
        self.count = networks * folders

    @property
    def command(self) -> list[str]:
        """The command line of Run_All.py."""
        folders = [self.project / folder for folder in self.folders]
        options = ["--networks", *self.networks, "--folders", *folders, "--output", self.output,
                   "--at-once", 2, "--dataset", self.data, "--weights", "none", "--image-size", 32,
                   "--epochs", 1, "--optimizer", "sgd"]  # fmt: skip
        return [sys.executable, str(self.project / "Code" / "Run_All.py"), *map(str, options)]

    def start(self, *more: str) -> subprocess.CompletedProcess[str]:
        """Run Run_All.py."""
        environment = os.environ | {"CUDA_VISIBLE_DEVICES": ""}
        command = [*self.command, *more]
        return subprocess.run(command, capture_output=True, text=True, env=environment)

    def spoil(self) -> tuple[Path, Path]:
        """Make two runs fail: by a log that is none, and by a file where a folder must be."""
        log = self.output / self.folders[0] / "Log_Files" / RESULTS[0] / "log0.xlsx"
        models = self.output / self.folders[-1] / "Models" / RESULTS[len(self.networks) - 1]
        for path in (log, models):
            path.parent.mkdir(parents=True)
            path.write_text("in the way")
        return log, models

    def logs(self) -> dict[str, int]:
        """Map each finished log to when it was written."""
        found = {}
        for log in sorted(self.output.rglob("log*.xlsx")):
            if log.read_bytes().startswith(b"PK"):
                book = openpyxl.load_workbook(log)
                assert [row[0] for row in book["log"].iter_rows(values_only=True)] == ["epoch", 1]
                assert dict(book["run"].iter_rows(values_only=True))["end"]
                found[str(log)] = log.stat().st_mtime_ns
        return found

    def check(self, *more: str) -> None:
        """Run with two faults, then without: only what had failed runs again.

        By `auto` a finished run has the batch that it has.
        """
        faults = self.spoil()
        done = self.start(*more)
        assert done.returncode == 1, done
        assert f"{self.count - 2} of {self.count} runs are finished" in done.stdout
        assert len(re.findall(r"^failed: \w+ in \w+$", done.stdout, re.MULTILINE)) == 2
        assert "found one that is no log in" in done.stdout
        assert "found File exists in" in done.stdout
        first = self.logs()
        assert len(first) == self.count - 2
        for path in faults:
            path.unlink()
        seen = self.start("--dry-run", "--batch-size", "auto").stdout
        assert seen.count(" finished\n") == self.count - 2
        assert seen.count(" to run\n") == 2
        done = self.start(*more)
        assert (done.returncode, done.stderr) == (0, ""), done
        assert f"{self.count} of {self.count} runs are finished" in done.stdout
        assert done.stdout.count("finished: Res50") == 2
        both = self.logs()
        assert len(both) == self.count
        assert first.items() <= both.items()


def quiet_dask(place: Path) -> dict[str, Path | int]:
    """Return how Dask's processes are started: silent, in a folder of their own."""
    return {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": place}


@contextlib.contextmanager
def cluster(place: Path) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """Start a Dask scheduler and two workers; give its address and the workers."""
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker"]
    quiet = quiet_dask(place)
    note = place / "scheduler.json"
    options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", note]
    started = [subprocess.Popen([*dask, *map(str, options)], **quiet)]
    try:
        while not note.exists():
            time.sleep(0.1)
        address = re.search(r"tcp://[\d.:]+", note.read_text())[0]
        options = [address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        started += [subprocess.Popen([*worker, *options], **quiet) for _ in range(2)]
        yield address, started[1:]
    finally:
        for process in started:
            process.kill()
            process.wait()


def check_on_cluster(study: Study, place: Path) -> None:
    """Run on two workers and kill one as soon as a run has begun."""
    with cluster(place) as (address, workers):
        running = subprocess.Popen(
            [*study.command, "--scheduler", address], stdout=subprocess.PIPE, text=True
        )
        while len(list(study.output.rglob("running.txt"))) < 2:
            assert running.poll() is None, running.communicate()
            time.sleep(0.05)
        workers[0].kill()
        out, _ = running.communicate()
        assert running.returncode == 0, out
        assert f"{study.count} of {study.count} runs are finished" in out
        assert len(study.logs()) == study.count
        study.output.rename(study.output.with_name("before"))
        study.check("--scheduler", address)
