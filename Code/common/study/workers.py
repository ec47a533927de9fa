"""What computes the runs of a study: this machine, a process for each GPU.

Two studies of the same runs share them: each takes what nobody else is at work at.
"""

import os
import queue
import shutil
import subprocess
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from common.files.locks import is_held
from common.study.jobs import Job
from common.study.processes import IN_USE, begin, end

_STOPPED = 130  # the exit status of a script that Ctrl-C has ended
_LOOK = 1.0  # seconds between two looks at whether others have ended


class Workers(Protocol):
    """What computes runs."""

    def submit(self, job: Job) -> Future:
        """Start a job as soon as there is room; the future's result is its exit status."""

    def stop(self) -> None:
        """Start no more, and have the running ones end, saved, where that can be asked for."""


class ThisMachine:
    """One process for each GPU at a time; without a GPU one process.

    Args:
        at_once: How many instead, None for as many as there are GPUs.
    """

    def __init__(self, at_once: int | None) -> None:
        self._processes: list[subprocess.Popen] = []
        self._waiting: list[tuple[Job, Future]] = []
        self._stopped, self._starting = threading.Event(), threading.Lock()
        self._slots: queue.Queue[dict[str, str]] = queue.Queue()
        gpus = find_gpus()
        # With more processes than GPUs they share them, as evenly as can be.
        for at in range(at_once or len(gpus) or 1):
            self._slots.put({"CUDA_VISIBLE_DEVICES": gpus[at % len(gpus)]} if gpus else {})
        self._pool = ThreadPoolExecutor(self._slots.qsize())

    def submit(self, job: Job) -> Future:
        """Start a job as soon as a GPU is free."""
        future: Future = Future()
        with self._starting:
            self._waiting.append((job, future))
        self._pool.submit(self._compute_one)
        return future

    def _compute_one(self) -> None:
        """Compute one of the waiting jobs: the first at which nobody else is at work."""
        slot = self._slots.get()
        try:
            while not self._stopped.is_set():
                taken = self._take_one()
                if taken is None:
                    self._stopped.wait(_LOOK)
                elif self._settle(*taken, slot):
                    return
        finally:
            self._slots.put(slot)

    def _settle(self, job: Job, future: Future, slot: dict[str, str]) -> bool:
        """Run a job and tell its future; False if somebody else was faster, and it waits again."""
        try:
            status = self._run(job, slot)
        except OSError as error:
            future.set_exception(error)
            return True
        if status == IN_USE:
            self._waiting.append((job, future))
        else:
            future.set_result(status)
        return status != IN_USE

    def _take_one(self) -> tuple[Job, Future] | None:
        with self._starting:
            for job, future in self._waiting:
                if not is_held(job.logs):
                    self._waiting.remove((job, future))
                    return job, future
        return None

    def _run(self, job: Job, slot: dict[str, str]) -> int:
        """Return the exit status of a job's process."""
        # Under the lock, so that `stop` finds each process either begun and listed, or not begun.
        with self._starting:
            if self._stopped.is_set():
                return _STOPPED
            process = begin(job.command, os.getcwd(), str(job.screen), slot)
            self._processes.append(process)
        return process.wait()

    def stop(self) -> None:
        """Have the running processes save and end, and wait for them."""
        with self._starting:
            self._stopped.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in self._processes:
            end(process)
        self._pool.shutdown(wait=True)


def find_gpus() -> list[str]:
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
