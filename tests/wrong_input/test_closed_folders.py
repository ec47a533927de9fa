"""A folder somewhere below the one that was named, which the user may not list."""

from pathlib import Path

import pytest
from helpers.faults import as_ordinary_user
from helpers.scripts import CODE, run_anew


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """Make files of many kinds, some of them in a folder that nobody may list."""
    for folder in ("open", "closed"):
        for name in ("cell/1.csv", "tissue/1.png", "Log_Files/Res50/log0.xlsx"):
            path = tmp_path / "named" / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    (tmp_path / "named" / "closed").chmod(0)
    return tmp_path / "named"


@pytest.mark.parametrize(
    "command",
    [
        ["Import_Dataset.py", "ocelot", "NAMED", "OUTPUT"],
        ["Compare.py", "NAMED", "--output", "OUTPUT"],
        ["Report.py", "NAMED", "--output", "OUTPUT"],
    ],
)
def test_files_that_cannot_be_seen_are_not_passed_over(closed: Path, command: list[str]) -> None:
    places = {"NAMED": closed, "OUTPUT": closed.parent / "output"}
    script, *given = (places.get(word, word) for word in command)
    done = run_anew(CODE / script, *given, before=as_ordinary_user)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "error: expected a folder that can be listed, found Permission denied in "
        f"{closed / 'closed'}",
        "  Give yourself the right to it, or move it elsewhere.",
    ]
    assert not places["OUTPUT"].exists()
