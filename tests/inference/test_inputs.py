"""What Predict.py and Explain.py are given: told apart and refused before TensorFlow is loaded."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from common.images.formats import find_pictures
from helpers.model_files import colour_model
from helpers.scripts import Start
from helpers.slides import TILE, write_slide
from PIL import Image

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return colour_model(tmp_path_factory.mktemp("model") / "model.h5")


def refused(start: Start, script: Path, *arguments: object) -> str:
    """Start a script that has to end at once; return its two lines."""
    done = start(script, *arguments, tensorflow=False)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) <= 2, done.stderr
    assert not (script.parent / "Predictions").exists()
    return done.stderr


def test_pictures_of_many_fields(start: Start, project: Path, model: Path, tmp_path: Path) -> None:
    scan = tmp_path / "scan.tif"
    picture = np.full((1_500, 2_000), 120, np.uint8)
    Image.fromarray(picture).save(scan, dpi=(72, 72))
    told = refused(start, project / "Code" / "Predict.py", model, scan)
    assert told == (
        "error: expected a resolution of 0.05 to 5 microns per pixel, found 352.8 x 352.8 (its "
        f"header's 72 x 72 dpi) in {scan}\n  Give --slide-mpp MICRONS, or --mpp-csv FILE.\n"
    )
    slide = write_slide(tmp_path / "slide.tif", 2 * TILE)
    for path in (scan, slide):
        told = refused(start, project / "Code" / "Explain.py", model, path)
        assert told == (
            "error: expected pictures of about one field of view, at most 900 px an edge, found a "
            f"slide or a larger picture: {path}\n"
            "  Cut fields out of it; Predict.py divides slides into fields.\n"
        )


def test_resolutions_and_fields(start: Start, project: Path, model: Path, tmp_path: Path) -> None:
    script = project / "Code" / "Predict.py"
    slides = [write_slide(tmp_path / f"{mpp}.tif", 2 * TILE, mpp) for mpp in (352.8, 0.01)]
    told = refused(start, script, model, *slides)
    assert "error: expected slides or pictures that can be predicted, found none of 2; " in told
    assert "found 352.8 x 352.8 (openslide.mpp-x, mpp-y, from the TIFF tags XResolution" in told
    told = refused(start, script, model, slides[0], "--slide-mpp", 5, "--field-microns", 20)
    assert "expected fields of at least 7 px, found 4 px (20 microns at 5 microns per px)" in told
    table = tmp_path / "mpp.csv"
    table.write_text("slide,mpp\n352.8.tif,500\n")
    told = refused(start, script, model, slides[0], "--mpp-csv", table)
    assert f"error: expected microns per pixel, found '500' in row 2 in {table}\n" in told


def test_a_picture_is_predicted_once_however_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    cv2.imwrite(str(tmp_path / "sub" / "a.png"), np.zeros((40, 40, 3), np.uint8))
    (tmp_path / "link").symlink_to(tmp_path / "sub")
    given = [tmp_path / "sub", tmp_path / "sub" / ".." / "sub", tmp_path / "link"]
    assert find_pictures(given) == [tmp_path / "sub" / "a.png"]


def test_other_results_are_left_alone(start: Start, project: Path, model: Path, tmp_path: Path):
    rgb = np.random.default_rng(0).integers(90, 200, (64, 64, 3)).astype(np.uint8)
    for name in ("a.png", "b.png"):
        Image.fromarray(rgb).save(tmp_path / name)
    for name, folder in (("a.png", "Predictions"), ("b.png", "Predictions-2")):
        done = start(project / "Code" / "Predict.py", model, name, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        table = Path(folder) / "predictions.csv"
        lines = (tmp_path / table).read_text().splitlines()
        density = lines[1].split(",")[1]
        assert done.stdout.splitlines()[-2:][0].startswith(f"{name}: {density} (")
        assert done.stdout.splitlines()[-1] == f"predictions: {table}"
    done = start(project / "Code" / "Predict.py", model, "a.png", cwd=tmp_path)
    assert "finished already: Predictions/predictions.csv" in done.stdout
