"""What computes the runs of a study: this machine, a process for each GPU."""

import os
import queue
import shutil
import signal
import subprocess
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from common.files.locks import is_held
from common.study.jobs import Job
from common.study.processes import begin

_STOPPED = 130  # the exit status of a script that Ctrl-C has ended


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
        self._stopped, self._starting = threading.Event(), threading.Lock()
        self._slots: queue.Queue[dict[str, str]] = queue.Queue()
        gpus = _gpus()
        # With more processes than GPUs they share them, as evenly as can be.
        for at in range(at_once or len(gpus) or 1):
            self._slots.put({"CUDA_VISIBLE_DEVICES": gpus[at % len(gpus)]} if gpus else {})
        self._pool = ThreadPoolExecutor(self._slots.qsize())

    def submit(self, job: Job) -> Future:
        """Start a job as soon as a GPU is free."""
        return self._pool.submit(self._compute, job)

    def _compute(self, job: Job) -> int:
        slot = self._slots.get()
        try:
            while is_held(job.logs):  # what a lost Run_All.py has begun goes on
                if self._stopped.wait(1):
                    return _STOPPED
            # Under the lock, so that `stop` finds each process either begun and listed, or not
            # begun at all.
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
        # First nothing new, then the signals: a slot that gets free must not start the next job.
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in self._processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)
        self._pool.shutdown(wait=True)


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
