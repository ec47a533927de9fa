"""What GPUs and packages can do, against some that are made up for the tests."""

from pathlib import Path

import pytest
from common.machine.findings import Verdict
from common.machine.installation import check_capability, check_packages, requirements
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
