"""What the driver tells of memory, against one that is made up for the tests."""

from pathlib import Path

import pytest
from common.models.memory import Card, find_cards, least_free


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a program in the place of nvidia-smi."""
    program = tmp_path / "nvidia-smi"
    program.touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return program


def test_cards(driver: Path) -> None:
    driver.write_text(
        "#!/bin/sh\necho 'NVIDIA GeForce RTX 2060, 550.54.14, 6144, 5120'\n"
        "echo 'NVIDIA A100-SXM4-40GB, 550.54.14, 40960, 40000'\n"
    )
    first, second = find_cards()
    sizes = (6144 * 2**20, 5120 * 2**20)
    assert first == Card("NVIDIA GeForce RTX 2060", "550.54.14", *sizes)
    assert second.name == "NVIDIA A100-SXM4-40GB"
    assert least_free([second, first]) == first.free


@pytest.mark.parametrize(
    "answer",
    [
        "echo 'NVIDIA-SMI has failed because it could not communicate with the driver'; exit 9",
        "echo 'No devices were found'",
        "echo 'Tesla K80, 470.82, [N/A], [N/A]'",
    ],
)
def test_a_driver_that_does_not_answer(driver: Path, answer: str) -> None:
    driver.write_text(f"#!/bin/sh\n{answer}\n")
    assert find_cards() == []
    assert least_free([]) is None
