"""Check_Machine.py from outside, on two virtual devices; its output; options that cannot be."""

import json
from pathlib import Path

import pytest
from helpers.scripts import CODE, Start

SCRIPT = CODE / "Check_Machine.py"
PLACES = ("CPU", "a virtual device", "2 virtual devices")
SMALL = ("--image-size", 32, "--batch-size", 4, "--precision", "float32")


@pytest.mark.slow
def test_a_machine_is_checked(start: Start, tmp_path: Path) -> None:
    output = tmp_path / "new"
    given = (*SMALL, "--virtual-devices", 2, "--networks", "Res50_Conv_4_5", "--output", output)
    done = start(SCRIPT, *given)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    found = json.loads((output / "machine.json").read_text())
    assert found["would_work"]
    verdicts = {one["what"]: one["verdict"] for one in found["findings"]}
    for place in PLACES:
        for which in ("all layers train", "a stage frozen"):
            assert verdicts.pop(f"trial on {place}, float32, {which}") == "ok"
    assert set(verdicts) == {"packages", "versions", "device", "precision", "ImageNet weights"}
    first, *others = found["networks"]
    assert (first["network"], first["measured"]) == ("Res50_Conv_4_5", True)
    assert first["images_per_second"] > 0
    assert len(others) == 8
    assert not any(one["measured"] for one in others)
    page = (output / "machine.html").read_text()
    assert "A run would work" in page
    assert "Res152" in page


def test_files_of_somebody_else_are_not_replaced(start: Start, tmp_path: Path) -> None:
    (tmp_path / "machine.json").write_text("{}")
    done = start(SCRIPT, "--output", tmp_path)
    assert done.returncode == 2
    assert "machine.json" in done.stderr
    assert (tmp_path / "machine.json").read_text() == "{}"
    assert [path.name for path in tmp_path.iterdir()] == ["machine.json"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--networks", "Res18"], "expected networks among Res50, "),
        (["--virtual-devices", 1], "expected a whole number from 2 to 16"),
    ],
)
def test_options_that_cannot_be(
    start: Start, tmp_path: Path, given: list[object], told: str
) -> None:
    done = start(SCRIPT, *given, "--output", tmp_path / "none")
    assert done.returncode == 2
    assert told in done.stderr
    assert not (tmp_path / "none").exists()
