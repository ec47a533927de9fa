"""The three downloads as Google Drive packs them, unpacked as people's systems do, in Dataset/."""

import json
import shutil
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from common.data.loading import load_labels
from common.nucls.counting import DEFAULT_COUNTING
from common.nucls.dataset import find_data_set
from common.utils.errors import InputError
from helpers.nucls import inferred_truth, raw_raters, single_rater
from helpers.scripts import copy_project, run

SETS = {
    "PsAreTruth_E": lambda root: inferred_truth(root, 6),
    "single-rater": lambda root: single_rater(root, 6),
    "raw-multi-rater": lambda root: raw_raters(root, 2, 3),
}


def pack(root: Path, target: Path, parts: int = 1) -> list[Path]:
    """Pack a folder as Drive does, <name>-<date>-001.zip, ...; of two the first has 3/4 of it."""
    files = sorted(path for path in root.rglob("*") if path.is_file())
    border = len(files) if parts == 1 else len(files) * 3 // 4
    zips = []
    for part, own in enumerate((files[:border], files[border:])[:parts], 1):
        zips.append(target / f"{root.name}-20211020T171415Z-{part:03d}.zip")
        with zipfile.ZipFile(zips[-1], "w") as packed:
            for path in own:
                packed.write(path, path.relative_to(root.parent))
    return zips


def beside(zips: Sequence[Path], folder: Path) -> None:
    """Unpack each into a folder of its name, as Windows does, and keep the zip."""
    for path in zips:
        zipfile.ZipFile(path).extractall(folder / path.stem)
        shutil.copy(path, folder)


def numbered(zips: Sequence[Path], folder: Path) -> None:
    """Unpack the folder itself; a second one of its name gets a number, as macOS does."""
    for at, path in enumerate(zips, 1):
        inside = folder / "unpacking"
        zipfile.ZipFile(path).extractall(inside)
        (top,) = inside.iterdir()
        top.rename(folder / (top.name if at == 1 else f"{top.name} {at}"))
        (folder / "__MACOSX").mkdir(exist_ok=True)
        (folder / top.name / ".DS_Store").write_bytes(b"\0")
        inside.rmdir()


def together(zips: Sequence[Path], folder: Path) -> None:
    """Unpack all into one place, as `unzip` does."""
    for path in zips:
        zipfile.ZipFile(path).extractall(folder)


Unpack = Callable[[Sequence[Path], Path], None]


@pytest.mark.parametrize("unpack", [beside, numbered, together])
@pytest.mark.parametrize("name", SETS)
def test_each_download_is_found_as_it_is_unpacked(
    name: str, unpack: Unpack, tmp_path: Path
) -> None:
    fields = SETS[name](tmp_path / "drive" / name)
    folder = tmp_path / "Dataset"
    folder.mkdir()
    unpack(pack(tmp_path / "drive" / name, tmp_path), folder)
    labels = load_labels(find_data_set(folder), tmp_path / "test.json", DEFAULT_COUNTING)
    assert [field.name for field in labels.fields] == sorted(fields)


@pytest.mark.parametrize("unpack", [beside, numbered])
@pytest.mark.parametrize("name", SETS)
def test_parts_are_told_and_moved_together_are_whole(
    name: str, unpack: Unpack, tmp_path: Path
) -> None:
    fields = SETS[name](tmp_path / "drive" / name)
    folder, zips = tmp_path / "Dataset", pack(tmp_path / "drive" / name, tmp_path, parts=2)
    folder.mkdir()
    unpack(zips, folder)
    with pytest.raises(InputError, match=r"ove the(ir)? folders.*parts of one download") as told:
        load_labels(find_data_set(folder), tmp_path / "test.json", DEFAULT_COUNTING)
    assert len(str(told.value).splitlines()) == 2
    first, second = sorted(path for path in folder.iterdir()
                           if path.is_dir() and path.name != "__MACOSX")  # fmt: skip
    shutil.copytree(second, first, dirs_exist_ok=True)
    shutil.rmtree(second)
    labels = load_labels(find_data_set(folder), tmp_path / "test.json", DEFAULT_COUNTING)
    assert [field.name for field in labels.fields] == sorted(fields)


def test_get_nucls_as_the_readme_says(tmp_path: Path) -> None:
    """One set in Dataset/ needs no option; of several one is named."""
    project = copy_project(tmp_path / "project")
    code = project / "Code"
    for name, make in SETS.items():
        make(tmp_path / "drive" / name)
        beside(pack(tmp_path / "drive" / name, tmp_path), project / "Dataset")
        if name == "PsAreTruth_E":
            done = run(code / "Data_Extractor.py")
            assert done.returncode == 0, done.stderr
            assert len(json.loads((code / "test.json").read_text())) == 6
            done = run(code / "Density_Finder.py")
            assert (done.returncode, (code / "Density.npy").exists()) == (0, True)
    done = run(code / "Data_Extractor.py")
    assert done.returncode == 2
    assert done.stderr.startswith("error: expected one data set, found PsAreTruth_E-2021")
    assert "  Name one with --dataset DIR.\n" in done.stderr
    for name in SETS:
        folder = f"../Dataset/{name}-20211020T171415Z-001"
        done = run(code / "Data_Extractor.py", "--dataset", folder)
        assert (done.returncode, "6 fields of view" in done.stdout) == (0, True), done.stderr
