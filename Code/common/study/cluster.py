"""The workers of a Dask scheduler, as what computes the runs of a study."""

import logging
import os
import signal
import threading
import time
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from common.files.locks import lock_of
from common.study import processes
from common.study.jobs import Job
from common.study.processes import compute
from common.utils.errors import InputError

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as DaskFuture

_MOST_JOBS = 1000
_ANSWER = 10  # seconds in which a scheduler answers
_PATIENCE = 600  # seconds that a lost scheduler is waited for
# Exit statuses of a run that was asked to end, or killed: at a walltime a batch system ends all
# processes of a job, and the worker may still tell how the run's process ended before its own end.
_ENDED = (130, 143, -signal.SIGINT, -signal.SIGTERM, -9)
_MOST_ENDS = 3  # in a row without a new epoch; then it is the run that has a fault


class Cluster:
    """The workers of a Dask scheduler, which see the same folders under the same names.

    A scheduler that is lost is waited for, and given the jobs again that have not ended. So is a
    run that was ended with its worker.

    Args:
        address: Of the scheduler, tcp://...

    Raises:
        InputError: Dask is not installed, or no scheduler answers there.
    """

    def __init__(self, address: str) -> None:
        try:
            import cloudpickle
            import distributed  # noqa: F401  which _connect needs
        except ImportError as error:
            raise InputError(
                "the package distributed", "none", do="pip install -r requirements-cluster.txt"
            ) from error
        cloudpickle.register_pickle_by_value(processes)
        for name in logging.root.manager.loggerDict:
            if name.startswith("distributed"):  # each has a level and a handler of its own
                logging.getLogger(name).setLevel(logging.CRITICAL)  # what is lost, we tell
        self._address, self._client = address, _connect(address)
        self._stopped, self._connecting = threading.Event(), threading.Lock()
        self._pool = ThreadPoolExecutor(_MOST_JOBS)  # of threads that wait

    def submit(self, job: Job) -> Future:
        """Hand a job to the scheduler, which gives it to a worker that is free."""
        return self._pool.submit(self._compute, job)

    def _compute(self, job: Job) -> int:
        from distributed.client import ClosedClientError
        from distributed.scheduler import KilledWorker

        ends = 0
        while True:
            client, done = self._client, job.epochs_done()
            try:
                status = _send(client, job).result()
                ends = ends + 1 if job.epochs_done() <= done else 0
                if status not in _ENDED or ends > _MOST_ENDS:
                    return status
            except (CancelledError, ClosedClientError):  # the scheduler is lost, or we stop
                if self._stopped.is_set():
                    raise
                self._reconnect(client)
            except KilledWorker:  # the run has lost several workers, as at the end of their time
                if job.epochs_done() <= done:
                    raise

    def _reconnect(self, lost: "Client") -> None:
        """Connect to the next scheduler at the address, unless another job has done so."""
        with self._connecting:
            if self._client is not lost:
                return
            print(f"the scheduler {self._address} is lost; waiting for one there", flush=True)
            end = time.monotonic() + _PATIENCE
            while self._client is lost and not self._stopped.is_set():
                try:
                    self._client = _connect(self._address)
                except InputError:
                    if time.monotonic() > end:
                        raise
            lost.close()

    def stop(self) -> None:
        """Start no more; what the workers are computing goes on there."""
        print("runs that are computed now go on on their workers")
        self._stopped.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._client.close()


def _connect(address: str) -> "Client":
    from distributed import Client

    try:
        return Client(address, timeout=_ANSWER)
    except (OSError, ValueError) as error:
        raise InputError(
            "a Dask scheduler",
            f"none that answers ({error})",
            address,
            "Start it; the same command then goes on with what has not finished.",
        ) from error


def _send(client: "Client", job: Job) -> "DaskFuture":
    arguments = (job.command, os.getcwd(), str(lock_of(job.logs)), str(job.screen), {})
    # A lambda is always sent by value; a named function, Dask would look for on the worker.
    run = lambda *given: compute(*given)  # noqa: E731
    return client.submit(run, *arguments, pure=False)
