"""What becomes of fields.csv: means, the map, objects for QuPath, a pyramid of the map."""

import json
import uuid
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import tifffile
from common.slides.densities import read_densities
from common.slides.heat_map import write_heat_map_tiff
from common.slides.qupath import COLOURS, write_geojson
from matplotlib import colormaps

SLIDE = SimpleNamespace(width=650, height=430, edge=200, step=100, mpp=0.5, path=Path("a.svs"))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Write fields at steps of half an edge, one of which could not be read."""
    path = tmp_path / "fields.csv"
    rows = ["0,0,200,0.2,1.0", "100,0,200,0.8,0.5", "200,0,200,,1.0", "400,0,200,0.6,0.5"]
    path.write_text("left,top,edge,density,tissue\n" + "\n".join(rows) + "\n")
    return path


def test_means_are_of_fields_side_by_side(table: Path) -> None:
    densities = read_densities(table)
    assert densities.unreadable == 1
    assert densities.mean == pytest.approx((0.2 * 1 + 0.6 * 0.5) / 1.5)
    assert densities.share_above(0.5) == pytest.approx(0.5 / 1.5)


def test_a_cell_has_the_mean_of_the_fields_that_cover_it(table: Path) -> None:
    shown = read_densities(table).map(SLIDE)
    row = [0.2, 0.5, 0.8, np.nan, 0.6, 0.6]
    expected = np.array([row, row, [np.nan] * 6, [np.nan] * 6])
    np.testing.assert_allclose(shown, expected)


def test_cells_whose_interval_holds_a_half_are_undecided(table: Path, tmp_path: Path) -> None:
    assert read_densities(table).undecided(SLIDE) is None  # of an earlier version
    side_by_side = SimpleNamespace(**vars(SLIDE) | {"step": 200})
    rows = ["0,0,200,0.2,0.0,0.4,1", "200,0,200,0.3,0.1,0.5,1", "0,200,200,,,,1",
            "200,200,200,0.9,0.7,1,1"]  # fmt: skip
    path = tmp_path / "new.csv"
    path.write_text("left,top,edge,density,low,high,tissue\n" + "\n".join(rows) + "\n")
    known = read_densities(path)
    expected = [[False, True, False], [False, False, False]]
    np.testing.assert_array_equal(known.undecided(side_by_side), expected)
    assert known.undecided(SLIDE) is None  # its cells are means of several fields
    path.write_text("left,top,edge,density,low,high,tissue\n0,0,200,0.2,0.0,1.0,1\n")
    assert read_densities(path).undecided(side_by_side) is None


def test_objects_for_qupath(table: Path, tmp_path: Path) -> None:
    shown = read_densities(table).map(SLIDE)
    collections = []
    for source in ("one", "one", "other"):
        write_geojson(tmp_path / "a.geojson", shown, 100, source)
        collections.append(json.loads((tmp_path / "a.geojson").read_text())["features"])
    ids = [{uuid.UUID(feature["id"]) for feature in features} for features in collections]
    assert len(ids[0]) == len(collections[0]) == 10
    assert ids[0] == ids[1]
    assert not ids[0] & ids[2]
    feature = collections[0][1]
    assert feature["geometry"]["coordinates"][0][0] == [100, 0]
    assert feature["properties"] == {
        "objectType": "tile",
        "classification": {"name": "tumour density 0.4 to 0.6", "color": list(COLOURS[2])},
        "measurements": {"tumour density": 0.5},
    }


def luminance(colour: tuple[int, ...]) -> float:
    """Return the relative luminance of an sRGB colour (WCAG 2)."""
    part = np.array(colour) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


@pytest.mark.parametrize("background", [(244, 244, 244), (60, 40, 90), (0, 0, 0)])
def test_colours_stand_out_on_glass_and_on_dark_tissue(background: tuple[int, ...]) -> None:
    for colour in COLOURS:
        low, high = sorted((luminance(colour), luminance(background)))
        assert (high + 0.05) / (low + 0.05) > 2


def test_the_map_as_a_pyramid(tmp_path: Path) -> None:
    shown = np.random.default_rng(0).random((30, 40))
    shown[0, 0] = np.nan
    write_heat_map_tiff(tmp_path / "heatmap.tif", SLIDE, shown)
    with tifffile.TiffFile(tmp_path / "heatmap.tif") as file:
        shapes = [page.shape for page in file.pages]
        about = json.loads(file.pages[0].description)
        across, unit = file.pages[0].tags["XResolution"].value
        picture = file.pages[0].asarray()
    assert shapes == [(480, 640, 3), (240, 320, 3), (120, 160, 3)]
    assert about == {"slide": "a.svs", "downsample": 6.25, "left": 0, "top": 0}
    assert 1e4 * unit / across == pytest.approx(SLIDE.mpp * 6.25)
    cells = picture[8::16, 8::16]
    expected = np.round(255 * colormaps["viridis"](shown[1:])[..., :3])
    assert np.abs(cells[1:] - expected).max() <= 1
    assert (cells[0, 0] == 255).all()
