"""Where the runs of a study are computed: on this machine's GPUs, or by a Dask cluster."""

import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from filelock import FileLock

from common.errors import InputError
from common.locks import is_held
from common.study import Job

_STOPPED = 130


class Workers(Protocol):
    """What computes runs."""

    def submit(self, job: Job) -> Future:
        """Start a job as soon as there is room; the future's result is its exit status."""

    def stop(self) -> None:
        """Start no more, and have the running ones end, saved, where that can be asked for."""


def compute(
    command: list[str],
    folder: str,
    lock: str,
    printed: str,
    environment: dict[str, str],
) -> int:
    """Run a command in a process of its own, in a current directory; return its exit status.

    A worker that was lost may have left the process that it began: it is waited for, so that
    nothing is trained twice. Dask sends this function by value: it uses nothing of the project.
    """
    with FileLock(lock):
        pass
    with begin(command, folder, printed, environment) as process:
        return process.wait()


def begin(
    command: list[str], folder: str, printed: str, environment: dict[str, str]
) -> subprocess.Popen:
    """Start a command; what it prints is added to a file."""
    with open(printed, "ab") as screen:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=folder,
            stdout=screen,
            stderr=subprocess.STDOUT,
            env=os.environ | environment,
            start_new_session=True,  # Ctrl-C reaches it once: from us
        )


@dataclass
class ThisMachine:
    """One process for each GPU at a time; without a GPU one process."""

    at_once: int | None = None
    _processes: list[subprocess.Popen] = field(default_factory=list)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _starting: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._slots: queue.Queue[dict[str, str]] = queue.Queue()
        gpus = _gpus()
        for at in range(self.at_once or len(gpus) or 1):
            self._slots.put({"CUDA_VISIBLE_DEVICES": gpus[at % len(gpus)]} if gpus else {})
        self._pool = ThreadPoolExecutor(self._slots.qsize())

    def submit(self, job: Job) -> Future:
        """Start a job as soon as a GPU is free."""
        return self._pool.submit(self._compute, job)

    def _compute(self, job: Job) -> int:
        slot = self._slots.get()
        try:
            while is_held(job.lock.parent):  # what a lost Run_All.py has begun goes on
                if self._stopped.wait(1):
                    return _STOPPED
            with self._starting:
                if self._stopped.is_set():
                    return _STOPPED
                process = begin(job.command, os.getcwd(), str(job.screen), slot)
                self._processes.append(process)
            return process.wait()
        finally:
            self._slots.put(slot)

    def stop(self) -> None:
        """Have the running processes save and end, and wait for them.

        On Windows they are ended at once; what an epoch has saved is kept there as well.
        """
        with self._starting:
            self._stopped.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in self._processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)
        self._pool.shutdown(wait=True)


class Cluster:
    """The workers of a Dask scheduler, which see the same folders under the same names."""

    def __init__(self, address: str) -> None:
        try:
            import cloudpickle
            from distributed import Client
        except ImportError as error:
            raise InputError(
                "the package distributed", "none", do="pip install -r requirements-cluster.txt"
            ) from error
        cloudpickle.register_pickle_by_value(sys.modules[__name__])
        try:
            self._client = Client(address, timeout=10)
        except (OSError, ValueError) as error:
            raise InputError(
                "a Dask scheduler", f"none that answers ({error})", address, "Start it first."
            ) from error

    def submit(self, job: Job) -> Future:
        """Hand a job to the scheduler, which gives it to a worker that is free."""
        arguments = (job.command, os.getcwd(), str(job.lock), str(job.screen), {})
        # A lambda is always sent by value; a named function, Dask would look for on the worker.
        run = lambda *given: compute(*given)  # noqa: E731
        return self._client.submit(run, *arguments, pure=False)

    def stop(self) -> None:
        """Start no more; what the workers are computing goes on there."""
        print("runs that are computed now go on on their workers")
        self._client.close()


def _gpus() -> list[str]:
    """List this machine's GPUs as CUDA_VISIBLE_DEVICES names them, without loading TensorFlow."""
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        return [name for name in chosen.split(",") if name.strip() not in ("", "-1")]
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return []
    listed = subprocess.run([tool, "-L"], capture_output=True, text=True)
    lines = [line for line in listed.stdout.splitlines() if line.startswith("GPU ")]
    return [str(at) for at in range(len(lines))]


def last_lines(path: Path, count: int = 5) -> list[str]:
    """Return the last lines of a file that are not empty; none if there is no file."""
    if not path.exists():
        return []
    lines = path.read_text(errors="replace").splitlines()
    return [line for line in lines if line.strip()][-count:]
