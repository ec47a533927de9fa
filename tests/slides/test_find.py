"""What is a slide and what a picture, by content; what belongs together; names of results."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from common.images.formats import pictures_in
from common.slides import find
from common.slides.find import first_of_series, is_slide, parts_of, result_name, slides_in
from helpers.slides import write_slide
from PIL import Image


def test_content_tells_slides(tmp_path: Path) -> None:
    pyramid = write_slide(tmp_path / "pyramid.tif", 2_048)
    for name in ("no suffix", "pyramid.avs", "pyramid.odd"):
        (tmp_path / name).write_bytes(pyramid.read_bytes())
    picture = Image.fromarray(np.full((80, 80, 3), 200, np.uint8))
    for name in ("plain.png", "plain.tif", "plain.jpg"):
        picture.save(tmp_path / name)
    (tmp_path / "notes.md").write_text("no slide")
    expected = ["no suffix", "pyramid.avs", "pyramid.odd", "pyramid.tif"]
    assert [path.name for path in slides_in(tmp_path)] == expected
    assert not any(is_slide(path) for path in tmp_path.glob("plain.*"))


def test_results_are_no_pictures(tmp_path: Path) -> None:
    folder = tmp_path / "Predictions" / "slide"
    folder.mkdir(parents=True)
    picture = Image.fromarray(np.full((80, 80, 3), 200, np.uint8))
    for name in ("density.png", "heatmap.tif"):
        picture.save(folder / name)
    (folder / "fields.json").write_text("{}")
    picture.save(tmp_path / "field.png")
    assert pictures_in(tmp_path) == [tmp_path / "field.png"]
    assert slides_in(tmp_path) == []


def test_a_series_of_dicom_is_one_slide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    series = {"1.dcm": "a", "2.dcm": "a", "3.dcm": "b", "label.dcm": None}
    for name in series:
        (tmp_path / name).write_text("")

    def open_slide(path: Path) -> SimpleNamespace | None:
        uid = series[path.name]
        return SimpleNamespace(properties={"dicom.SeriesInstanceUID": uid}) if uid else None

    monkeypatch.setattr(find, "open_slide", open_slide)
    paths = [tmp_path / name for name in series]
    assert first_of_series(paths) == [tmp_path / "1.dcm", tmp_path / "3.dcm"]
    assert first_of_series([tmp_path / "label.dcm"]) == [tmp_path / "label.dcm"]
    assert find.files_of(tmp_path / "2.dcm") == [tmp_path / "2.dcm", tmp_path / "1.dcm"]


def test_tiles_of_a_vms_are_no_pictures(tmp_path: Path) -> None:
    index = tmp_path / "slide.vms"
    index.write_text("[Virtual Microscope Specimen]\nImageFile=tile0.jpg\n")
    for name in ("tile0.jpg", "other.jpg"):
        (tmp_path / name).write_text("")
    assert parts_of([index]) == {tmp_path / "tile0.jpg"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.svs", "a"),
        ("...svs", "slide"),
        (" .a b.svs", "a b"),
        ("a\nb:c.svs", "a_b_c"),
        ("a\udcff.svs", "a_"),
    ],
)
def test_names_of_results(name: str, expected: str) -> None:
    assert result_name(Path(name)) == expected


def test_long_names_differ(tmp_path: Path) -> None:
    names = {result_name(Path("é" * 110 + tail + ".svs")) for tail in "ab"}
    assert len(names) == 2
    assert all(len(name.encode()) <= 100 for name in names)
