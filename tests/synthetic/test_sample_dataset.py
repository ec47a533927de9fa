"""Sample_Dataset.py: the layout, names, pictures, masks and stains of the synthetic fields."""

import csv
import hashlib
import re
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage.color import rgb2hed

SIZE = 64
KINDS = {"contours": ".csv", "rgbs": ".png", "mask": ".png", "vis": ".png"}
CLASSES = {"tumor": 1, "fibroblast": 2, "lymphocyte": 3}  # the codes of NuCLS's masks
NAME = re.compile(
    r"TCGA-Z[0-5]-A\d{3}-DX1_id-\w+_left-(?P<left>\d+)_top-(?P<top>\d+)"
    r"_bottom-(?P<bottom>\d+)_right-(?P<right>\d+)"
)


@pytest.fixture(scope="module")
def make(project: Path, start):
    """Give a function that starts Sample_Dataset.py with arguments."""
    return lambda *arguments: start(project / "Code" / "Sample_Dataset.py", *arguments)


@pytest.fixture(scope="module")
def large(make, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make 16 fields of the usual 256 px."""
    folder = tmp_path_factory.mktemp("large") / "PsAreTruth_E"
    assert make("--count", 16, "--output", folder).returncode == 0
    return folder


def hashes(folder: Path) -> dict[str, str]:
    """Hash every file below a folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def nuclei(csv_file: Path) -> list[dict[str, str]]:
    """Read the rows of an annotation CSV."""
    with csv_file.open(newline="") as file:
        return list(csv.DictReader(file))


def rgb(path: Path) -> np.ndarray:
    """Decode a picture as it is on disk, channels in the order red, green, blue."""
    picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert picture.dtype == np.uint8
    assert picture.ndim == 3
    return picture[..., ::-1]


def fields(data_set: Path) -> list[tuple[list[dict[str, str]], np.ndarray, np.ndarray]]:
    """Return each field's nuclei, picture and mask."""
    return [
        (
            nuclei(path),
            rgb(data_set / "rgbs" / f"{path.stem}.png"),
            rgb(data_set / "mask" / f"{path.stem}.png"),
        )
        for path in sorted((data_set / "contours").glob("*.csv"))
    ]


def inside(nucleus: dict[str, str], size: int) -> np.ndarray:
    """Fill a nucleus's outline: bool of shape (size, size)."""
    points = [
        [int(number) for number in nucleus[axis].split(",")] for axis in ("coords_x", "coords_y")
    ]
    return cv2.fillPoly(np.zeros((size, size), np.uint8), [np.transpose(points)], 1) > 0


def test_layout_and_names(sample: Path):
    stems = {name: {path.stem for path in (sample / name).iterdir()} for name in KINDS}
    assert {path.name for path in sample.iterdir()} == {*KINDS, "SYNTHETIC.txt"}
    assert len(stems["rgbs"]) == 12
    assert all(stems[name] == stems["rgbs"] for name in KINDS)
    for name, suffix in KINDS.items():
        assert {path.suffix for path in (sample / name).iterdir()} == {suffix}
    for stem in stems["rgbs"]:
        match = NAME.fullmatch(stem)
        assert match
        left, top, bottom, right = map(int, match.groups())
        assert (right - left, bottom - top) == (SIZE, SIZE)


def test_several_fields_a_slide(sample: Path):
    slides = [path.stem.partition("_")[0] for path in (sample / "rgbs").iterdir()]
    assert sorted(map(slides.count, set(slides))) == [4, 8]


def test_same_seed_same_files_another_seed_others(make, sample: Path, tmp_path: Path):
    for folder, seed in (("same", 0), ("other", 1)):
        done = make("--count", 12, "--size", SIZE, "--seed", seed, "--output", tmp_path / folder)
        assert done.returncode == 0
        assert done.stdout == f"12 synthetic fields of view -> {tmp_path / folder}\n"
    first, other = hashes(sample), hashes(tmp_path / "other")
    assert hashes(tmp_path / "same") == first
    assert set(other) == set(first)
    painted = [name for name in first if "SYNTHETIC" not in str(name)]
    assert all(other[name] != first[name] for name in painted)


def test_pictures_are_rgb_of_the_asked_size(sample: Path, large: Path):
    for data_set, size in ((sample, SIZE), (large, 256)):
        for name in ("rgbs", "mask", "vis"):
            shapes = {rgb(path).shape for path in (data_set / name).iterdir()}
            assert shapes == {(size, size, 3)}


def test_masks_and_boxes_agree_with_the_csv(sample: Path, large: Path):
    for data_set in (sample, large):
        for rows, picture, mask in fields(data_set):
            size = len(picture)
            expected = np.zeros((size, size), np.uint8)
            for row in rows:
                expected[inside(row, size)] = CLASSES[row["group"]]
            np.testing.assert_array_equal(mask[..., 0], expected)


def test_boxes_enclose_the_outlines_inside_the_picture(large: Path):
    for rows, _, _ in fields(large):
        for row in rows:
            y, x = np.nonzero(inside(row, 256))
            box = [int(row[name]) for name in ("xmin", "ymin", "xmax", "ymax")]
            assert box == [x.min(), y.min(), x.max(), y.max()]
            assert min(box) >= 0
            assert max(box) < 256
            assert int(row["bbox_area"]) == (box[2] - box[0]) * (box[3] - box[1])


def test_vis_draws_the_nuclei_on_the_picture(large: Path):
    for path in (large / "rgbs").iterdir():
        drawn = (rgb(path) != rgb(large / "vis" / path.name)).any(-1)
        nucleus = rgb(large / "mask" / path.name)[..., 0].astype(bool)
        around = cv2.dilate(nucleus.astype(np.uint8), np.ones((9, 9))).astype(bool)
        assert drawn.any()
        assert not (drawn & ~around).any()


def test_densities_vary(large: Path):
    groups = [[row["group"] for row in rows] for rows, _, _ in fields(large)]
    densities = [names.count("tumor") / len(names) for names in groups]
    assert all(10 < len(names) < 60 for names in groups)
    assert np.std(densities) > 0.2
    assert len(set(densities)) > 5


def test_lymphocytes_are_smaller_and_darker_than_tumour_nuclei(large: Path):
    """Measure what a network is to learn, by the pictures alone and other software's stains."""
    haematoxylin, areas = defaultdict(list), defaultdict(list)
    for rows, picture, _ in fields(large):
        amount = rgb2hed(picture)[..., 0]
        for row in rows:
            here = inside(row, 256)
            haematoxylin[row["group"]].append(amount[here].mean())
            areas[row["group"]].append(here.sum())
        tissue = ~np.any([inside(row, 256) for row in rows], axis=0)
        haematoxylin["tissue"].append(amount[tissue].mean())
    dark = {group: np.mean(values) for group, values in haematoxylin.items()}
    assert dark["lymphocyte"] > 1.3 * dark["tumor"] > 1.3 * dark["tissue"]
    assert np.median(areas["tumor"]) > 1.5 * np.median(areas["lymphocyte"])


def test_an_existing_folder_is_refused(make, sample: Path):
    before = hashes(sample)
    done = make("--count", 2, "--output", sample)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"error: expected no folder yet, found one in {sample}\n"
        "  Remove it to make the sample anew, or give --output.\n"
    )
    assert hashes(sample) == before


def test_a_folder_below_a_file_is_refused(make, tmp_path: Path):
    (tmp_path / "file").touch()
    done = make("--count", 2, "--output", tmp_path / "file" / "below")
    assert done.returncode == 2
    assert done.stderr.startswith("error: expected a folder, found ")
    assert done.stderr.endswith(f" in {tmp_path / 'file'}\n  Give another --output.\n")
