"""Kills of a study: of Run_All.py itself, of a Dask worker, of the scheduler.

Whatever is killed, no process stays behind, every run finishes once, and what the user had is as
it was.
"""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from helpers.study import Study, quiet_dask

_GONE = 10  # seconds in which all processes of a killed study have ended


def processes_below(place: Path) -> list[psutil.Process]:
    """List the processes whose command line names something below a folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        told = " ".join(process.info["cmdline"] or [])
        if str(place) in told and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def wait_until_gone(place: Path) -> None:
    """Wait for the processes of a killed study; those that stay fail the trial."""
    end = time.monotonic() + _GONE
    while left := processes_below(place):
        assert time.monotonic() < end, [process.cmdline() for process in left]
        time.sleep(0.1)


def listing(*folders: Path) -> dict[str, str]:
    """Map the files below folders to digests of their content, but for what the scripts make."""
    made = ("__pycache__", ".cache", "test.json", "test.counting.json", "Density.npy")
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not set(made) & set(path.parts)
    }


def begin(study: Study, *more: str) -> subprocess.Popen:
    """Start Run_All.py and do not wait for it."""
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": ""}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen([*study.command, *more], env=environment, **pipes)


def kill_study(study: Study, place: Path, kills: int) -> None:
    """Kill Run_All.py at random moments, also while its runs prepare; then let it end."""
    before = listing(study.project, study.data)
    for _ in range(kills):
        how = random.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT))
        running, seconds = begin(study), random.uniform(1, 20)
        try:
            running.wait(seconds)
        except subprocess.TimeoutExpired:
            running.send_signal(how)
        out, _ = running.communicate()
        assert "Traceback" not in out, out
        wait_until_gone(place)
        print(f"  {how.name} of Run_All.py after {seconds:.1f} s: nothing left", flush=True)
    done = study.start()
    assert done.returncode == 0, done
    check_finished(study)
    assert listing(study.project, study.data) == before


def two_at_once(study: Study) -> None:
    """Let two Run_All.py share the runs."""
    both = [begin(study), begin(study)]
    for running in both:
        out, _ = running.communicate()
        assert running.returncode == 0, out
        assert f"{study.count} of {study.count} runs are finished" in out
    check_finished(study)


def check_finished(study: Study) -> None:
    """Check that each run has finished once: one log, and a model for its best epoch."""
    logs = study.logs()
    assert len(logs) == study.count
    assert {Path(log).name for log in logs} == {"log0.xlsx"}
    assert len(list(study.output.rglob("best_model*.h5"))) == study.count
    assert not list(study.output.rglob("unfinished*"))


class Dask:
    """A scheduler and workers that can be killed and begun again at the same address."""

    def __init__(self, place: Path, port: int, workers: int) -> None:
        self.place, self.port, self.count = place, port, workers
        self.address = f"tcp://127.0.0.1:{port}"
        self.processes: dict[str, subprocess.Popen] = {}

    def begin(self) -> None:
        """Start what does not run."""
        options = ["--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard"]
        self._begin("scheduler", ["dask_scheduler", *options])
        for at in range(self.count):
            options = [self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
            self._begin(f"worker{at}", ["dask_worker", *options])

    def _begin(self, name: str, command: list[str]) -> None:
        process = self.processes.get(name)
        if process is None or process.poll() is not None:
            module, *options = command
            line = [sys.executable, "-m", f"distributed.cli.{module}", *options]
            self.processes[name] = subprocess.Popen(line, **quiet_dask(self.place))

    def kill(self, name: str) -> None:
        """Kill one of them; workers end when they have lost their scheduler."""
        self.processes[name].kill()
        self.processes[name].wait()
        if name == "scheduler":
            for process in self.processes.values():
                process.kill()
                process.wait()

    def end(self) -> None:
        """Kill all."""
        for name in self.processes:
            self.kill(name)


def kill_cluster(study: Study, place: Path, port: int, kills: list[str]) -> None:
    """Kill workers and the scheduler under a running study, and begin them again."""
    before = listing(study.project, study.data)
    dask = Dask(place, port, 2)
    dask.begin()
    try:
        _wait_for(lambda: _answers(port))
        running = begin(study, "--scheduler", dask.address)
        for name in kills:
            time.sleep(random.uniform(3, 12))
            dask.kill(name)
            time.sleep(1)
            dask.begin()
            print(f"  {name} killed and begun again", flush=True)
        out, _ = running.communicate(timeout=600)
        assert running.returncode == 0, out
        assert "Traceback" not in out, out
        assert f"{study.count} of {study.count} runs are finished" in out
        check_finished(study)
    finally:
        dask.end()
    wait_until_gone(study.output)
    assert listing(study.project, study.data) == before


def _answers(port: int) -> bool:
    return any(
        connection.laddr.port == port and connection.status == psutil.CONN_LISTEN
        for connection in psutil.net_connections("tcp")
    )


def _wait_for(what: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not what():
        assert time.monotonic() < end
        time.sleep(0.1)
