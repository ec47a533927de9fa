"""Import_Dataset.py: tiny fakes of BreCaHAD and OCELOT become data sets; others are refused."""

import csv
import json
import re
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from common.data.loading import Labels, load_labels
from common.data.nuclei import load_nuclei
from common.importers.import_set import ImportOptions, plan_import, write_import
from common.nucls.counting import DEFAULT_COUNTING
from common.nucls.dataset import find_data_set
from common.utils.errors import InputError
from helpers.scripts import CODE, Start

WIDTH, HEIGHT = 80, 40
Places = list[tuple[int, int]]
# Name -> class of the set -> places, px.
BRECAHAD = {
    "Case_1-01": {"tumor": [(8, 10), (40, 20)], "non_tumor": [(64, 30)], "mitosis": [(16, 2)]},
    "Case_1-02": {"tumor": [(79, 39)], "non_tumor": [], "apoptosis": [(1, 1), (2, 2)]},
}
OCELOT = {"001": {"2": [(3, 4), (70, 35)], "1": [(20, 20)]}, "002": {"1": [(5, 5)]}, "003": {}}
COUNTS = {
    "brecahad": {"Case_1-01": (2, 4), "Case_1-02": (1, 3)},
    "ocelot": {"001": (2, 3), "002": (0, 1)},
}


def paint(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    seed = sum(path.stem.encode())
    noise = np.random.default_rng(seed).integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)
    cv2.imwrite(str(path), noise)


def brecahad(root: Path) -> Path:
    """Write images/ and groundTruth/, places as shares of the picture."""
    for name, classes in BRECAHAD.items():
        paint(root / "images" / f"{name}.tif")
        shares = {
            kind: [{"x": x / WIDTH, "y": y / HEIGHT} for x, y in places]
            for kind, places in classes.items()
        }
        path = root / "groundTruth" / f"{name}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(shares))
    return root


def ocelot(root: Path) -> Path:
    """Write pictures and rows without a header, and the tissue pictures of the same names."""
    for name, classes in OCELOT.items():
        for kind in ("cell", "tissue"):
            paint(root / "images" / "train" / kind / f"{name}.jpg")
        path = root / "annotations" / "train" / "cell" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [f"{x},{y},{kind}" for kind, places in classes.items() for x, y in places]
        path.write_text("\n".join(rows))
    return root


FAKES = {"brecahad": brecahad, "ocelot": ocelot}
CLASSES = {"brecahad": BRECAHAD, "ocelot": OCELOT}


@pytest.mark.parametrize("kind", FAKES)
def test_counts_and_pictures_are_those_of_the_set(kind: str, start: Start, tmp_path: Path) -> None:
    source, output = FAKES[kind](tmp_path / "source"), tmp_path / "set"
    paint(source / "images" / "train" / "cell" / "unlabelled.jpg")
    done = start(CODE / "Import_Dataset.py", kind, source, output)
    assert (done.returncode, done.stderr) == (0, "")
    assert "patients are not known" in done.stdout
    assert "left out: 1 pictures without annotations: unlabelled" in done.stdout
    assert "squares of 30 px around points" in (output / "IMPORTED.txt").read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["set", "source"]
    originals = {path.name: path.read_bytes() for path in source.rglob("*.[jt]*")
                 if path.parent.name in ("images", "cell")}  # fmt: skip
    for path in (output / "rgbs").iterdir():
        assert path.read_bytes() == originals[path.name]
    done = start(CODE / "Data_Extractor.py", "--dataset", output, "--skip-bad-fields")
    assert done.returncode == 0, done.stderr
    counts = json.loads((output / "test.json").read_text())
    assert {name: tuple(entry.values()) for name, entry in counts.items()} == COUNTS[kind]
    if kind == "ocelot":
        assert "left out: 003: expected at least one nucleus" in done.stdout
    done = start(CODE / "Import_Dataset.py", kind, source, output)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 2)
    assert done.stderr.startswith(f"error: expected no folder yet, found one in {output}")


def imported(kind: str, tmp_path: Path, **options: object) -> Labels:
    source = FAKES[kind](tmp_path / "source")
    write_import(plan_import(kind, source, tmp_path / "set", ImportOptions(**options)))
    data_set = find_data_set(tmp_path / "set")
    return load_labels(data_set, tmp_path / "test.json", DEFAULT_COUNTING, skip_odd=True)


@pytest.mark.parametrize("kind", FAKES)
def test_boxes_lie_around_the_points_and_say_that_they_do(kind: str, tmp_path: Path) -> None:
    labels = imported(kind, tmp_path, box_size=10)
    nuclei = load_nuclei(labels.data_set, labels.fields, DEFAULT_COUNTING)
    for field, own in zip(labels.fields, nuclei, strict=True):
        assert field.origin is None
        found = own[own[:, 2] >= 0] * (WIDTH, HEIGHT, 1)
        tumour = {"tumor", "2"}
        places = [(x, y, kind in tumour) for kind, points in CLASSES[kind][field.name].items()
                  for x, y in points]  # fmt: skip
        np.testing.assert_allclose(sorted(map(tuple, found)), sorted(places), atol=0.01)
        with labels.data_set.annotations[field.name].open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert {row["type"] for row in rows} == {"point"}
        assert {float(row["xmax"]) - float(row["xmin"]) for row in rows} == {10}


def test_classes_that_mark_no_nuclei(tmp_path: Path) -> None:
    source = brecahad(tmp_path / "source")
    path = source / "groundTruth" / "Case_1-02.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"tubule": [{"x": 0, "y": 0}]}))
    with pytest.raises(InputError, match=r"found tubule .*\n.*--leave-out tubule$"):
        plan_import("brecahad", source, tmp_path / "set", ImportOptions())
    job = plan_import("brecahad", source, tmp_path / "set", ImportOptions(leave_out=["tubule"]))
    assert {name: len(points) for name, points in job.points.items()} == {
        name: total for name, (_, total) in COUNTS["brecahad"].items()
    }


def edit(name: str, text: str):
    """Make a function that overwrites a file of a set."""
    return lambda source: next(source.rglob(name)).write_text(text)


def remove(name: str):
    return lambda source: [path.unlink() for path in source.rglob(name)]


@pytest.mark.parametrize(
    ("kind", "spoil", "found"),
    [
        ("brecahad", edit("Case_1-01.json", "{"), "JSON, found Expecting property name"),
        ("brecahad", edit("Case_1-01.json", "[]"), "a JSON object of classes"),
        ("brecahad", edit("Case_1-01.json", '{"tumor": [{"x": 1.5, "y": 0}]}'), "0 to 1"),
        ("brecahad", edit("Case_1-01.json", '{"tumor": [{"x": NaN, "y": 0}]}'), "0 to 1"),
        ("brecahad", edit("Case_1-01.json", '{"tumor": [{"x": 0, "y": 0, "z": 0}]}'), "0 to 1"),
        ("brecahad", edit("Case_1-01.json", '{"tumor": [], "tumor": []}'), "'tumor' twice"),
        ("brecahad", edit("Case_1-01.json", '{"tumor": {"x": 0, "y": 0}}'), "a list of points"),
        ("brecahad", edit("Case_1-01.json", '{"tumor": 3}'), "a list of points"),
        ("brecahad", remove("Case_1-01.tif"), "a picture for each annotation file, found none for"),
        ("brecahad", edit("Case_1-02.tif", "no picture"), "a whole picture"),
        ("brecahad", remove("*.json"), r"files groundTruth/\*\.json, found none"),
        ("brecahad", lambda source: paint(source / "images" / "Case_1-01.png"), "one file of a"),
        ("ocelot", edit("001.csv", "x,y,label\n1,1,1\n"), "'x,y,label' in row 1"),
        ("ocelot", edit("001.csv", "1,1,1\n1,1,3\n"), "'1,1,3' in row 2"),
        ("ocelot", edit("001.csv", "81,1,1\n"), "x up to 80, y up to 40"),
        ("ocelot", edit("001.csv", "1,nan,1\n"), "x up to 80, y up to 40"),
        ("ocelot", edit("001.csv", "1,1,1,1\n"), "x up to 80, y up to 40"),
        ("ocelot", edit("001.csv", "1;1;1\n"), "x up to 80, y up to 40"),
    ],
)
def test_what_is_not_of_the_format_is_refused(kind: str, spoil, found: str, tmp_path: Path) -> None:
    source = FAKES[kind](tmp_path / "source")
    spoil(source)
    with pytest.raises(InputError, match=found) as told:
        plan_import(kind, source, tmp_path / "set", ImportOptions())
    assert len(str(told.value).splitlines()) <= 2
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_all_odd_files_are_named(tmp_path: Path) -> None:
    source = ocelot(tmp_path / "source")
    for name in ("001", "002"):
        edit(f"{name}.csv", "1,1,9")(source)
    with pytest.raises(InputError, match=r"found 2 odd ones .*001: .*002: ") as told:
        plan_import("ocelot", source, tmp_path / "set", ImportOptions())
    assert re.search(r"Mend or remove them\.$", str(told.value))


def test_an_import_that_fails_leaves_nothing_and_a_killed_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = plan_import("ocelot", ocelot(tmp_path / "source"), tmp_path / "set", ImportOptions())
    copies = []

    def copy_once(source: Path, target: Path) -> None:
        if copies:
            raise OSError(28, "No space left on device", str(target))
        target.write_bytes(source.read_bytes())
        copies.append(target)

    monkeypatch.setattr(shutil, "copyfile", copy_once)
    with pytest.raises(OSError, match="No space left"):
        write_import(job)
    assert copies
    assert [path.name for path in tmp_path.iterdir()] == ["source"]
    monkeypatch.undo()
    (tmp_path / ".set-unfinished" / "contours").mkdir(parents=True)  # what a kill leaves
    with pytest.raises(InputError, match=r"no unfinished import, found one in .*\.set-unfinished"):
        write_import(job)
    assert not (tmp_path / "set").exists()
    shutil.rmtree(tmp_path / ".set-unfinished")
    write_import(job)
    assert len(list((tmp_path / "set" / "contours").iterdir())) == len(OCELOT)
