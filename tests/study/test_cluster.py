"""Runs on a cluster that end with their worker: which of them have failed."""

from collections.abc import Iterator
from concurrent.futures import Future
from types import SimpleNamespace

import pytest
from common.study import cluster
from common.study.cluster import Cluster


def ended_with(status: int) -> Future:
    """Return the future of a run whose process has ended."""
    future: Future = Future()
    future.set_result(status)
    return future


def job_with(epochs: Iterator[int]) -> SimpleNamespace:
    """Return what stands for a job, which tells those epochs one after the other."""
    return SimpleNamespace(epochs_done=lambda: next(epochs))


@pytest.mark.parametrize(
    ("statuses", "epochs", "told"),
    [
        # Walltimes: each time some epochs were finished, at last all.
        ([130, -15, 130, -9, 130, 0], [0, 2, 2, 4, 4, 5, 5, 6, 6, 7, 7, 8], 0),
        # Ended three times before its first epoch, as while a data set is decoded.
        ([143, 130, 130, 0], [0, 0, 0, 0, 0, 0, 0, 9], 0),
        # Killed again and again without an epoch, as by a lack of memory.
        ([-9, -9, -9, -9], [3] * 8, -9),
        # Wrong input is no matter of the worker.
        ([2], [0, 0], 2),
    ],
)
def test_a_run_that_was_ended_with_its_worker_goes_on(
    statuses: list[int], epochs: list[int], told: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = iter(statuses)
    monkeypatch.setattr(cluster, "_connect", lambda address: None)
    monkeypatch.setattr(cluster, "_send", lambda client, job: ended_with(next(given)))
    workers = Cluster("tcp://none")
    assert workers.submit(job_with(iter(epochs))).result() == told
    assert not list(given)
