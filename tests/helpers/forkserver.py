"""Scripts as processes that a server forks, which has loaded the libraries already.

A new interpreter loads TensorFlow for 8 s, and the other libraries for 1 s, before it does anything
that a test looks at. A forked process is there at once, and is a process of its own all the same:
with its arguments, folder, environment, streams, signals and exit status. Nothing of the project is
loaded in the server: each process imports the scripts and rooms of its own copy of it.
"""

import os
import runpy
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path
from unittest import mock

LIBRARIES = (
    *("cv2", "filelock", "h5py", "matplotlib.figure", "openpyxl", "PIL.Image", "psutil"),
    *("scipy.ndimage", "scipy.stats", "skimage.color", "sklearn.linear_model", "tqdm"),
)
TENSORFLOW = ("tensorflow", "keras")
# As utils.tensorflow_env sets them; both are read once, while TensorFlow is loaded.
_AS_SCRIPTS = {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow"}
PROJECT = Path(__file__).resolve().parents[2]
# What pytest adds to the path, and an interpreter that is started with a script has not.
_PYTESTS = {"", *map(str, (PROJECT, PROJECT / "Code", PROJECT / "tests"))}
_SERVER = get_context("forkserver")


def preload(tensorflow: bool) -> None:
    """Choose what the server loads; it starts with the first script.

    Args:
        tensorflow: Whether scripts will need it.
    """
    _SERVER.set_forkserver_preload([*LIBRARIES, *(TENSORFLOW if tensorflow else ())])


class Forked:
    """A script that runs, with the methods of subprocess.Popen that tests use.

    Args:
        script: The script.
        arguments: On its command line.
        cwd: Its current directory.
        env: All its variables.
        before: Called first, a function of a module.
        tensorflow: False to refuse its import, where everything is to be told before.
    """

    def __init__(
        self,
        script: Path,
        arguments: Sequence[str],
        cwd: Path,
        env: Mapping[str, str],
        before: Callable[[], None] | None = None,
        tensorflow: bool = True,
    ) -> None:
        self.args = [str(script), *arguments]
        self._streams = [tempfile.NamedTemporaryFile() for _ in range(2)]  # noqa: SIM115
        names = [stream.name for stream in self._streams]
        given = (self.args, str(cwd), dict(env), names, before, tensorflow)
        self._process = _SERVER.Process(target=_execute, args=given)
        with mock.patch.dict(os.environ, _AS_SCRIPTS):  # of the server, which the first one starts
            self._process.start()
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        """The exit status, as of subprocess.Popen."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Return the exit status, None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises:
            subprocess.TimeoutExpired: It has not ended in that time, seconds.
        """
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self.args, timeout)
        return self._process.exitcode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for its end; return what it printed, and its errors."""
        self.wait(timeout)
        return tuple(Path(stream.name).read_text() for stream in self._streams)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)


def _execute(
    command: list[str],
    cwd: str,
    env: dict[str, str],
    streams: list[str],
    before: Callable[[], None] | None,
    tensorflow: bool,
) -> None:
    """Be the script's process: what an interpreter sets up, and then the script."""
    for number, name in enumerate(streams, 1):
        descriptor = os.open(name, os.O_WRONLY | os.O_APPEND)
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    tempfile.tempdir = None  # the server's; is looked up anew
    added = env["PYTHONPATH"].split(os.pathsep) if env.get("PYTHONPATH") else []
    sys.path[:] = [str(Path(command[0]).parent), *added, *filter(_is_everybodys, sys.path)]
    sys.argv[:], sys.orig_argv[:] = command, [sys.executable, *command]
    for name in () if tensorflow else TENSORFLOW:
        sys.modules[name] = None  # its import raises an error
    if before:
        before()
    for folder in added:
        if (Path(folder) / "sitecustomize.py").exists():
            runpy.run_path(str(Path(folder) / "sitecustomize.py"))
    runpy.run_path(command[0], run_name="__main__")


def _is_everybodys(folder: str) -> bool:
    return folder not in _PYTESTS
