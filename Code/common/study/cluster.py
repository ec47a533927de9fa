"""The workers of a Dask scheduler, as what computes the runs of a study."""

import os
from concurrent.futures import Future

from common.files.locks import lock_of
from common.study import processes
from common.study.jobs import Job
from common.study.processes import compute
from common.utils.errors import InputError


class Cluster:
    """The workers of a Dask scheduler, which see the same folders under the same names.

    Args:
        address: Of the scheduler, tcp://...

    Raises:
        InputError: Dask is not installed, or no scheduler answers there.
    """

    def __init__(self, address: str) -> None:
        try:
            import cloudpickle
            from distributed import Client
        except ImportError as error:
            raise InputError(
                "the package distributed", "none", do="pip install -r requirements-cluster.txt"
            ) from error
        cloudpickle.register_pickle_by_value(processes)
        try:
            self._client = Client(address, timeout=10)
        except (OSError, ValueError) as error:
            raise InputError(
                "a Dask scheduler", f"none that answers ({error})", address, "Start it first."
            ) from error

    def submit(self, job: Job) -> Future:
        """Hand a job to the scheduler, which gives it to a worker that is free."""
        arguments = (job.command, os.getcwd(), str(lock_of(job.logs)), str(job.screen), {})
        # A lambda is always sent by value; a named function, Dask would look for on the worker.
        run = lambda *given: compute(*given)  # noqa: E731
        return self._client.submit(run, *arguments, pure=False)

    def stop(self) -> None:
        """Start no more; what the workers are computing goes on there."""
        print("runs that are computed now go on on their workers")
        self._client.close()
