"""What a script says: with --quiet results, warnings and errors; to nobody, who reads no more."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from common.study.run_all import ComputeOptions
from common.utils import terminal
from common.utils.cli import parse, parse_known
from common.utils.terminal import bar, tell
from helpers.scripts import CODE, Start

LINES = ("data set: Dataset", "  left out: field 3", "note: another device", "warning: alike")


@pytest.fixture
def loud(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the process forget afterwards that it was to be quiet."""
    monkeypatch.setattr(terminal, "_quiet", False)


def test_quiet_leaves_out_what_does_not_warn(loud: None, capsys: pytest.CaptureFixture) -> None:
    tell(*LINES)
    assert capsys.readouterr().out.splitlines() == [*LINES]
    _, rest = parse_known(ComputeOptions, "", ["--quiet", "--epochs", "3"])
    assert rest == ["--epochs", "3"]  # of this process, not of those that it starts
    tell(*LINES)
    assert capsys.readouterr().out.splitlines() == [*LINES[1:]]
    assert bar(range(3)).disable is True


def test_options_are_the_same_when_quiet(loud: None) -> None:
    assert parse(ComputeOptions, "", ["--quiet"]) == parse(ComputeOptions, "", [])


@pytest.mark.parametrize("script", sorted(CODE.glob("*.py")), ids=lambda path: path.stem)
def test_every_script_can_be_quiet(start: Start, script: str) -> None:
    done = start(script, "--quiet", "--help", tensorflow=False)
    assert "print only results, warnings and errors" in done.stdout
    assert (done.returncode, done.stderr) == (0, "")


CHATTY = """
from pathlib import Path
from common.utils.errors import start

def main():
    for at in range(20_000):
        print("line", at)
    Path("result").write_text("whole")

start(main)
"""


def test_work_goes_on_when_nobody_reads_any_more(tmp_path: Path) -> None:
    """As with `| head -1`: what was to be written is written."""
    command = [sys.executable, "-c", CHATTY]
    environment = os.environ | {"PYTHONPATH": str(CODE)}
    how = {"cwd": tmp_path, "env": environment, "text": True}
    with subprocess.Popen(command, stdout=-1, stderr=-1, **how) as script:
        assert script.stdout.readline() == "line 0\n"
        script.stdout.close()
        assert (script.wait(60), script.stderr.read()) == (0, "")
    assert (tmp_path / "result").read_text() == "whole"


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("utf-8", "\\udcff Ж done"), ("cp1252", "\\udcff \\u0416 done")],
)
def test_a_name_that_the_terminal_cannot_show_ends_nothing(encoding: str, shown: str) -> None:
    """As a folder's name with a byte that is not UTF-8, or in Cyrillic on Windows."""
    code = "from common.utils.errors import start\nstart(lambda: print('\\udcff Ж', 'done'))"
    environment = os.environ | {"PYTHONPATH": str(CODE), "PYTHONIOENCODING": f"{encoding}:strict"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode(encoding).splitlines() == [shown]
