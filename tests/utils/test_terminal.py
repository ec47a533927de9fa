"""--quiet: what a script says besides results, warnings and errors."""

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
