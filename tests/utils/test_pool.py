"""Work in a process of its own: its answer, its errors, its crash."""

import importlib
import os
import signal

import pytest
from common.utils.pool import NoAnswerError, in_own_process


def test_an_answer() -> None:
    assert in_own_process(os.getpid) != os.getpid()
    assert in_own_process(max, 3, 7) == 7


def test_an_error_is_told_short_with_its_end() -> None:
    with pytest.raises(NoAnswerError, match=r"^ModuleNotFoundError: No .* x+_end'$") as caught:
        in_own_process(importlib.import_module, f"{'x' * 1000}_end")
    assert len(str(caught.value)) < 400


def test_a_crash_is_told() -> None:
    with pytest.raises(NoAnswerError, match="ended with status -9"):
        in_own_process(signal.raise_signal, signal.SIGKILL)
