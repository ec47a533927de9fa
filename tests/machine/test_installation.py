"""What the driver and the packages tell, against GPUs and packages made up for the tests."""

from pathlib import Path

import pytest
from common.machine.findings import Verdict
from common.machine.installation import (
    Card,
    check_capability,
    check_packages,
    find_cards,
    requirements,
)
from packaging.requirements import Requirement

# Of TensorFlow 2.21's wheel for Linux.
BUILT_FOR = ["sm_60", "sm_70", "sm_80", "sm_89", "compute_90"]


@pytest.mark.parametrize(
    ("capability", "verdict"),
    [
        ((7, 5), Verdict.OK),  # RTX 2060: the binary for 7.0
        ((8, 6), Verdict.OK),
        ((9, 0), Verdict.WARNING),  # only as code that the driver compiles
        ((12, 0), Verdict.WARNING),
        ((5, 2), Verdict.FAILS),
    ],
)
def test_compute_capabilities(capability: tuple[int, int], verdict: Verdict) -> None:
    found = check_capability(capability, BUILT_FOR)
    assert found.verdict is verdict
    assert f"{capability[0]}.{capability[1]}; " in found.text


def test_a_binary_of_a_later_minor_version_does_not_run() -> None:
    assert check_capability((8, 0), ["sm_86"]).verdict is Verdict.FAILS


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


def test_packages() -> None:
    needed = [Requirement(text) for text in ("numpy>=2", "h5py<2", "no-such-package-of-ours")]
    found = check_packages(needed)
    assert [one.verdict for one in found] == [Verdict.WARNING, Verdict.FAILS]
    assert found[0].text.startswith("h5py 3.")
    assert "no-such-package-of-ours is not installed" in found[1].text
    assert [one.verdict for one in check_packages(needed[:1])] == [Verdict.OK]


def test_a_package_whose_library_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As opencv-python on a server without libGL."""
    (tmp_path / "no_gl").mkdir()
    (tmp_path / "no_gl" / "__init__.py").write_text("raise ImportError('libGL.so.1: no such')\n")
    about = tmp_path / "no_gl-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: no-gl\nVersion: 1.0\n")
    (about / "top_level.txt").write_text("no_gl\n")
    monkeypatch.syspath_prepend(tmp_path)
    (found,) = check_packages([Requirement("no-gl>=1")])
    assert found.verdict is Verdict.FAILS
    assert found.text == "no-gl cannot be imported: libGL.so.1: no such"


def test_all_requirements_are_read() -> None:
    names = {one.name for one in requirements()}
    assert {"tensorflow", "keras", "opencv-python", "packaging"} <= names
