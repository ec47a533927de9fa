"""Predict.py on whole slides: pyramids that tests write, read by position, size and resolution."""

import csv
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import openslide
import pytest
import shapely
import tifffile
from helpers import scripts
from helpers.forkserver import Forked
from helpers.model_files import FACTS, INTERVAL, colour_model
from helpers.scripts import begin_anew
from helpers.slides import EDGE, TILE, blue, damage_tile, write_slide
from PIL import Image
from shapely.geometry import box, shape

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return colour_model(tmp_path_factory.mktemp("model") / "model.h5", FACTS | INTERVAL)


@pytest.fixture(scope="module")
def script(project: Path) -> Path:
    return project / "Code" / "Predict.py"


@pytest.fixture(scope="module")
def begin(script: Path, model: Path) -> Callable[..., Forked]:
    """Give a function that starts Predict.py and does not wait for it."""
    return partial(scripts.begin, script, model)


def memory_of(process: subprocess.Popen[str]) -> int:
    """Wait for a new interpreter; return the most memory that it had, bytes."""
    process.stdout.read()
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, errors
    return usage.ru_maxrss * 1024


@pytest.fixture(scope="module")
def predicted(
    script: Path, model: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[int, tuple[Path, Path, int]]:
    """Predict a small and a large slide; give slide, results and memory of each."""
    folder, found = tmp_path_factory.mktemp("slides"), {}
    for size in (5_000, 20_000):
        slide = write_slide(folder / f"slide{size}.tif", size)
        memory = memory_of(begin_anew(script, model, slide, "--output", folder / "out"))
        found[size] = (slide, folder / "out" / f"slide{size}", memory)
    return found


def fields_of(results: Path) -> list[dict[str, float]]:
    with (results / "fields.csv").open(newline="") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def test_memory_does_not_grow_with_the_slide(predicted) -> None:
    assert predicted[20_000][2] <= 1.2 * predicted[5_000][2]


@pytest.mark.parametrize("size", [5_000, 20_000])
def test_densities_are_where_they_were_painted(predicted, size: int) -> None:
    fields = fields_of(predicted[size][1])
    places = {(field["left"], field["top"]) for field in fields}
    assert len(places) == len(fields)
    for field in fields:
        middle = np.array([field["left"], field["top"]]) + EDGE / 2
        corners = [(field["left"] + x, field["top"] + y) for x in (0, EDGE) for y in (0, EDGE)]
        whole = {bool(blue(size, np.array(x), np.array(y))) for x, y in corners}
        if len(whole) == 1:
            assert (field["density"] > 0.6) == whole.pop(), middle
    # Tissue is 60 % of each edge: fields wholly inside are there, fields wholly outside are not.
    low, high = 0.2 * size, 0.8 * size
    for left in range(0, size - EDGE + 1, EDGE):
        inside = left >= low + EDGE / 2 and left + EDGE <= high - EDGE / 2
        outside = left + EDGE < low - EDGE / 2 or left > high + EDGE / 2
        row = EDGE * (size // 2 // EDGE)
        if inside or outside:
            assert ((left, row) in places) == inside


@pytest.mark.parametrize("size", [5_000, 20_000])
def test_fields_have_the_models_interval_and_the_mean_has_none(predicted, size: int) -> None:
    for field in fields_of(predicted[size][1]):
        assert field["low"] == pytest.approx(max(0, field["density"] - 0.15), abs=2e-6)
        assert field["high"] == pytest.approx(min(1, field["density"] + 0.15), abs=2e-6)
    summary = json.loads((predicted[size][1] / "summary.json").read_text())
    holds = "density +/- 0.150 is to hold 90% of the fields of new patients like these"
    assert summary["interval"] == f"{holds}; from 40 fields of 12 patients"
    assert summary["interval of the mean"] == "none is known: fields of one slide err alike"
    assert (summary["interval half-width"], summary["interval patients"]) == (0.15, 12)


@pytest.mark.parametrize("size", [5_000, 20_000])
def test_geojson_is_valid_and_agrees(predicted, size: int) -> None:
    results = predicted[size][1]
    collection = json.loads((results / "density.geojson").read_text())
    fields = fields_of(results)
    assert len(collection["features"]) == len(fields)
    slide = box(0, 0, size, size)
    for feature, field in zip(collection["features"], fields, strict=True):
        polygon = shape(feature["geometry"])
        assert polygon.is_valid
        assert polygon.exterior.is_ccw
        assert slide.covers(polygon)
        assert polygon.bounds == (
            field["left"], field["top"], field["left"] + EDGE, field["top"] + EDGE
        )  # fmt: skip
        measured = feature["properties"]["measurements"]["tumour density"]
        assert measured == pytest.approx(field["density"], abs=1e-6)
        low, high = (
            float(w) for w in feature["properties"]["classification"]["name"].split()[2::2]
        )
        assert low <= measured <= high
    union = shapely.union_all([shape(feature["geometry"]) for feature in collection["features"]])
    assert union.area == pytest.approx(len(fields) * EDGE**2)


@pytest.mark.parametrize("size", [5_000, 20_000])
def test_summary_and_picture(predicted, size: int) -> None:
    results = predicted[size][1]
    summary = json.loads((results / "summary.json").read_text())
    fields = fields_of(results)
    tissue = np.array([field["tissue"] for field in fields])
    densities = np.array([field["density"] for field in fields])
    mean = (tissue * densities).sum() / tissue.sum()
    assert summary["mean density over tissue"] == pytest.approx(mean, abs=1e-4)
    above = summary["share of tissue with a density above"]["0.6"]
    assert above == pytest.approx(tissue[densities > 0.6].sum() / tissue.sum(), abs=1e-4)
    assert above == pytest.approx(0.04 / 0.36, abs=0.02)  # the square's share of the tissue
    assert (summary["fields"], summary["field edge in px"]) == (len(fields), EDGE)
    assert (summary["model"], summary["synthetic data"]) == ("model.h5", True)
    picture = cv2.imread(str(results / "density.png"))
    assert min(picture.shape[:2]) > 500
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 20


def test_a_field_of_a_slide_is_a_field_of_its_own(predicted, begin, tmp_path: Path) -> None:
    slide, results, _ = predicted[5_000]
    fields = sorted(fields_of(results), key=lambda field: field["density"])
    chosen = [fields[0], fields[len(fields) // 2], fields[-1]]
    with openslide.OpenSlide(slide) as source:
        for at, field in enumerate(chosen):
            corner = int(field["left"]), int(field["top"])
            source.read_region(corner, 0, (EDGE, EDGE)).convert("RGB").save(tmp_path / f"{at}.png")
    out, errors = begin(*sorted(tmp_path.glob("*.png")), "--output", tmp_path / "out").communicate()
    with (tmp_path / "out" / "predictions.csv").open(newline="") as file:
        answers = [float(row["density"]) for row in csv.DictReader(file)]
    assert answers == pytest.approx([field["density"] for field in chosen], abs=1e-3), out + errors


def test_an_ended_slide_goes_on(predicted, begin, tmp_path: Path) -> None:
    slide, results, _ = predicted[20_000]
    process = begin(slide, "--output", tmp_path)
    part = tmp_path / slide.stem / "fields.part.csv"
    while not part.exists() or part.stat().st_size < 2_000:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    out, errors = begin(slide, "--output", tmp_path).communicate()
    assert "going on: " in out, errors
    for name in ("fields.csv", "density.geojson", "summary.json"):
        assert (tmp_path / slide.stem / name).read_bytes() == (results / name).read_bytes()
    assert (tmp_path / slide.stem / "density.png").exists()


def test_slides_that_cannot_be_read(begin, tmp_path: Path) -> None:
    unknown = write_slide(tmp_path / "unknown.tif", 2_048, mpp=None)
    cut = tmp_path / "cut.svs"
    cut.write_bytes(unknown.read_bytes()[:5_000])
    glass = tmp_path / "glass.tif"
    Image.fromarray(np.full((2_048, 2_048, 3), 244, np.uint8)).save(glass)
    glass.rename(tmp_path / "glass.svs")
    dark = write_slide(tmp_path / "dark.tif", 2_048)
    darken(dark)
    paths = [unknown, cut, tmp_path / "glass.svs", dark]
    process = begin(*paths, "--output", tmp_path / "out", "--mpp-csv", table(tmp_path, glass=0.2))
    out, errors = process.communicate()
    assert process.returncode == 1
    assert "Traceback" not in errors
    assert "4 of 4 failed" in out
    expected = "failed: expected a resolution of 0.05 to 5 microns per pixel, found none in "
    assert f"{expected}{unknown}\n  Give --slide-mpp MICRONS, or --mpp-csv FILE.\n" in errors
    stained = "failed: expected a slide of stained tissue in bright field, found"
    assert f"{stained} no colour in {paths[2]}\n" in errors
    assert f"{stained} a dark background, as of fluorescence in {dark}\n" in errors
    assert f"in {cut}" in errors
    process = begin(unknown, "--slide-mpp", "0.2", "--output", tmp_path / "again")
    out, errors = process.communicate()
    assert process.returncode == 0, errors
    assert (tmp_path / "again" / "unknown" / "density.geojson").exists()


def darken(slide: Path) -> None:
    """Write the slide's picture anew, as of fluorescence: a signal on black."""
    picture = np.zeros((2_048, 2_048, 3), np.uint8)
    picture[400:1000, 400:1000] = (10, 20, 240)
    with tifffile.TiffWriter(slide) as file:
        for step in (1, 4):
            file.write(
                picture[::step, ::step],
                tile=(TILE, TILE),
                photometric="rgb",
                resolution=(5e4, 5e4),
                resolutionunit="CENTIMETER",
            )


def table(folder: Path, **resolutions: float) -> Path:
    """Write a --mpp-csv."""
    path = folder / "mpp.csv"
    rows = [f"{name},{mpp}\n" for name, mpp in resolutions.items()]
    path.write_text("slide,mpp\n" + "".join(rows))
    return path


def test_a_damaged_tile_is_left_out_and_not_read_again(begin, tmp_path: Path) -> None:
    slide = write_slide(tmp_path / "slide.tif", 5_000, steps=(1,))
    row = -(-5_000 // TILE)
    damage_tile(slide, 0, 5 * row + 3)  # in the pink tissue
    process = begin(slide, "--output", tmp_path / "out", "--overlap", 1)
    out, errors = process.communicate()
    assert process.returncode == 0, errors
    results = tmp_path / "out" / "slide"
    with (results / "fields.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    bad = {(int(row["left"]), int(row["top"])) for row in rows if not row["density"]}
    tile = box(3 * TILE, 5 * TILE, 4 * TILE, 6 * TILE)
    for field in rows:
        left, top = int(field["left"]), int(field["top"])
        touches = box(left, top, left + EDGE, top + EDGE).intersection(tile).area > 0
        assert ((left, top) in bad) == touches
    good = [(float(row["density"]), float(row["tissue"])) for row in rows if row["density"]]
    mean = np.average([density for density, _ in good], weights=[tissue for _, tissue in good])
    summary = json.loads((results / "summary.json").read_text())
    assert summary["fields that could not be read"] == len(bad) > 0
    assert summary["mean density over tissue"] == pytest.approx(mean, abs=1e-4)
    assert f"{len(rows)} fields, {len(bad)} of which could not be read; over tissue, mean" in out
    assert f"density {mean:.3f}, share above 0.5: " in out
    assert "fields of 300 px = 60.0 microns at 0.2 microns per px, scaled to 64 px" in out
    # More than a tenth: the slide fails; what is there already, the damaged fields too, is kept.
    lines = (results / "fields.csv").read_text().splitlines(keepends=True)
    (results / "fields.csv").unlink()
    (results / "fields.part.csv").write_text("".join(lines[:40]))
    for at in range(2, 9):
        damage_tile(slide, 0, 4 * row + at)
        damage_tile(slide, 0, 6 * row + at)
    note = json.loads((results / "fields.json").read_text())
    del note["slide's content"]  # as an older version wrote it
    (results / "fields.json").write_text(json.dumps(note))
    process = begin(slide, "--output", tmp_path / "out")
    out, errors = process.communicate()
    assert process.returncode == 1
    assert "going on: 39 of " in out
    assert "failed: expected at most 10% of the fields that cannot be read, found " in errors


def test_a_slide_is_known_by_its_content(begin, tmp_path: Path) -> None:
    slide = write_slide(tmp_path / "slide.tif", 2_048)
    assert begin(slide, "--output", tmp_path / "out").wait() == 0
    other = tmp_path / "other"
    other.mkdir()
    replaced = write_slide(other / "slide.tif", 2_048)
    damage_tile(replaced, 0, 5)
    replaced.replace(slide)
    process = begin(slide, "--output", tmp_path / "out")
    assert "found slide's content: " in process.communicate()[1]
    assert process.returncode == 1
