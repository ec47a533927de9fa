"""Work in other processes: its answer, its errors, its crash."""

import importlib
import os
import signal
from pathlib import Path

import pytest
from common.images.picture_file import PictureFile
from common.images.reading import read_picture
from common.utils.errors import InputError
from common.utils.pool import NoAnswerError, in_own_process, on_all_cores


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


def test_an_error_of_one_of_many_is_the_callers(tmp_path: Path) -> None:
    files = [PictureFile(tmp_path / f"{at}.png") for at in range(20)]  # that are gone
    with (
        pytest.raises(InputError) as caught,
        on_all_cores(read_picture, files, "reading", "pictures") as pictures,
    ):
        list(pictures)
    with pytest.raises(InputError) as here:
        read_picture(files[0])
    assert str(caught.value) == str(here.value)
