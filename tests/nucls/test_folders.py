"""Folders as people have them: the original artefact's, junk, parts of downloads, odd fields."""

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from common.nucls.dataset import find_data_set
from common.utils.errors import InputError
from helpers.nucls import (
    Nucleus,
    counted,
    extracted,
    inferred_truth,
    paint,
    scattered,
    write_annotations,
)
from helpers.scripts import CODE, Start


def test_the_original_artefacts_folders(start: Start, tmp_path: Path) -> None:
    root = tmp_path / "set"
    fields = inferred_truth(root)
    for at, name in enumerate(fields):
        for folder, kind, inner in (
            ("contours", "csv", "new"),
            ("rgbs", "png", f"new/{'train' if at % 2 else 'validation'}"),
        ):
            target = root / folder / inner / f"{name}.{kind}"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(root / folder / f"{name}.{kind}", target)
    assert list(find_data_set(root).pictures) == sorted(fields)
    counts, _ = extracted(start, root)
    assert list(counts) == sorted(fields)


def test_junk_is_passed_over_and_contours_itself_may_be_named(start: Start, tmp_path: Path) -> None:
    root = tmp_path / "set"
    fields = inferred_truth(root)
    first = next(iter(fields))
    (tmp_path / "__MACOSX" / "set" / "contours").mkdir(parents=True)
    (tmp_path / "__MACOSX" / "set" / "contours" / "._x.csv").write_bytes(b"\0")
    for folder in ("contours", "rgbs"):
        for name in ("Thumbs.db", "desktop.ini", "._junk.csv", "._junk.png"):
            (root / folder / name).write_bytes(b"junk")
    shutil.copy(root / "contours" / f"{first}.csv", root / "contours" / f"{first} - Copy.csv")
    counts, _ = extracted(start, root)
    assert list(counts) == sorted(fields)
    assert find_data_set(root / "contours").root == root
    assert find_data_set(tmp_path).root == root


def test_pictures_of_any_format_and_two_of_one_name(tmp_path: Path) -> None:
    for name, suffix in (("a", ".JPG"), ("b", ".tif"), ("c", ".bmp")):
        write_annotations(tmp_path / "contours" / f"{name}.csv", scattered(0), "group")
        paint(tmp_path / "rgb" / f"{name}{suffix.lower()}", scattered(0))
        (tmp_path / "rgb" / f"{name}{suffix.lower()}").rename(tmp_path / "rgb" / f"{name}{suffix}")
    assert list(find_data_set(tmp_path).pictures) == ["a", "b", "c"]
    paint(tmp_path / "rgb" / "b.png", scattered(1))
    with pytest.raises(InputError, match=r"one of a name, found b\.png and b\.tif"):
        _ = find_data_set(tmp_path).pictures


def test_parts_of_a_download_and_what_is_still_packed(tmp_path: Path) -> None:
    parts = [tmp_path / f"PsAreTruth_E-20211020T171415Z-00{at}" / "PsAreTruth_E" for at in (1, 2)]
    write_annotations(parts[0] / "contours" / "a.csv", scattered(0), "group")
    paint(parts[1] / "rgbs" / "a.png", scattered(0))
    with pytest.raises(InputError) as told:
        _ = find_data_set(tmp_path).pictures
    assert f"Move the folders of {parts[1].parent.name} here" in str(told.value)
    write_annotations(parts[1] / "contours" / "b.csv", scattered(0), "group")
    with pytest.raises(InputError, match="If they are parts of one download, move their folders"):
        find_data_set(tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "NuCLS.zip").write_bytes(b"PK")
    with pytest.raises(InputError, match=r"found none, but NuCLS\.zip: unpack it"):
        find_data_set(empty)


def spoil(root: Path, fields: dict[str, list[Nucleus]]) -> dict[str, str]:
    """Make four fields unusable; return what is said of each."""
    names = sorted(fields)[:4]
    write_annotations(root / "contours" / f"{names[0]}.csv", [], "group")
    cut = root / "contours" / f"{names[1]}.csv"
    cut.write_bytes(cut.read_bytes()[:-12])
    (root / "rgbs" / f"{names[2]}.png").write_bytes(b"no picture")
    cv2.imwrite(str(root / "rgbs" / f"{names[3]}.png"), np.zeros((23, 25, 3), np.uint8))
    said = ("at least one nucleus", "12 fields as in the header", "a whole picture", "at least 32")
    return dict(zip(names, said, strict=True))


def test_odd_fields_are_all_named_and_left_out_on_request(start: Start, tmp_path: Path) -> None:
    root = tmp_path / "set"
    fields = inferred_truth(root)
    odd = spoil(root, fields)
    script = CODE / "Res50.py"
    folder = tmp_path / "LR_0_0001"
    folder.mkdir()
    options = ("--folder", folder, "--dataset", root, "--weights", "none", "--image-size", 32)
    done = start(script, *options)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    assert done.stderr.startswith("error: expected fields of view that can be used, found 4 odd")
    for name, reason in odd.items():
        assert f"{name}: expected {reason}" in done.stderr
    assert "--skip-bad-fields leaves them out" in done.stderr
    done = start(CODE / "Data_Extractor.py", "--dataset", root, "--skip-bad-fields")
    assert done.returncode == 0, done.stderr
    counts = json.loads((root / "test.json").read_text())
    usable = {name: nuclei for name, nuclei in fields.items() if name not in list(odd)[:2]}
    assert counts == {name: counted(nuclei) for name, nuclei in sorted(usable.items())}
    for name in list(odd)[:2]:  # what is left are the two pictures that cannot be used
        (root / "contours" / f"{name}.csv").unlink()
        (root / "rgbs" / f"{name}.png").unlink()
    done = start(script, *options)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 2)
    assert "found 2 odd ones (" in done.stderr
    for name in list(odd)[2:]:
        assert f"{name}: expected {odd[name]}" in done.stderr
