"""Scripts without their packages, and Ctrl-C before they have begun: told in a line or two."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.scripts import CODE, PROJECT


@pytest.mark.parametrize("script", [*sorted(CODE.glob("*.py")), PROJECT / "LR_0_0001" / "Res50.py"])
def test_a_missing_package_is_named(script: Path) -> None:
    command = [sys.executable, "-S", script, "--help"]  # as Python without the environment
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: expected the packages of requirements.txt, found no ")
    assert len(done.stderr.splitlines()) == 2


def test_ctrl_c_before_the_script_has_begun() -> None:
    # In the background of a shell, where tests may run, Ctrl-C would be passed over.
    code = (
        "import signal, common\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "signal.raise_signal(signal.SIGINT)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CODE, capture_output=True, text=True)
    assert done.returncode == -signal.SIGINT
    assert done.stderr == "\nended by Ctrl-C; what was saved is kept\n"
