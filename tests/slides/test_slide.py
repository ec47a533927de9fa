"""Slides opened: bounds, levels, damaged tiles, resolutions and fields that cannot be."""

import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import tifffile
from common.slides.resolution import Resolutions, own_resolution, read_mpp_csv
from common.slides.slide import FieldSize, Place, Slide
from common.slides.thumbnail import read_thumbnail
from common.utils.errors import InputError
from helpers.slides import TILE, damage_tile, paint, write_leica, write_slide

FIELDS = FieldSize(60, 64)


def test_what_was_scanned_of_a_slide_begins_at_its_bounds(tmp_path: Path) -> None:
    picture = np.random.default_rng(0).integers(0, 255, (1_024, 1_536, 3)).astype(np.uint8)
    path = write_leica(tmp_path / "a.scn", picture, (1_000, 2_000), 0.25)
    with Slide(path, FIELDS, None) as slide:
        assert (slide.left, slide.top, slide.width, slide.height) == (1_000, 2_000, 1_536, 1_024)
        assert (slide.edge, slide.mpp) == (240, 0.25)
        assert (slide.region(480, 240, 240, 240, 240) == picture[240:480, 480:720]).all()
        thumbnail, unread = read_thumbnail(slide)
        assert (thumbnail == picture).all()
        assert not unread.any()


@pytest.mark.parametrize("kind", ["strips", "lzma"])
def test_tiffs_that_openslide_cannot_read(tmp_path: Path, kind: str) -> None:
    span = np.arange(2_048)
    picture = paint(2_048, span, span)
    how = {"rowsperstrip": 64} if kind == "strips" else {"tile": (256, 256), "compression": "lzma"}
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        for step in (1, 2, 4):
            part = picture[::step, ::step]
            resolution = {"resolution": (4e4, 4e4), "resolutionunit": "CENTIMETER"}
            file.write(part, photometric="rgb", subfiletype=int(step > 1), **how, **resolution)
    with Slide(tmp_path / "a.tif", FIELDS, None) as slide:
        assert slide.mpp == pytest.approx(0.25)
        assert (slide.field(Place(240, 720, 1), 240) == picture[720:960, 240:480]).all()


def test_a_damaged_tile_spoils_no_other(tmp_path: Path) -> None:
    path = write_slide(tmp_path / "a.tif", 2_048, steps=(1,))
    damage_tile(path, 0, 5)  # second row, second column
    span = np.arange(2_048)
    whole = paint(2_048, span, span)
    places = [Place(left, top, 1) for top in range(0, 1_748, 300) for left in range(0, 1_748, 300)]
    with Slide(path, FIELDS, None) as slide, ThreadPoolExecutor(4) as pool:

        def read(place: Place) -> np.ndarray | None:
            try:
                return slide.field(place, 300)
            except InputError:
                return None

        for place, field in zip(places, pool.map(read, places), strict=True):
            touches = all(
                corner < 2 * TILE and corner + 300 > TILE for corner in (place.left, place.top)
            )
            assert (field is None) == touches
            box = np.s_[place.top : place.top + 300, place.left : place.left + 300]
            assert touches or (field == whole[box]).all()
        _, unread = read_thumbnail(slide)
        scale = 2_048 / unread.shape[0]
        assert unread[int(1.5 * TILE / scale), int(1.5 * TILE / scale)]
        assert unread.mean() < 0.25
        assert not unread[: int(TILE / 2 / scale)].any()


def reader(across: object, down: object) -> SimpleNamespace:
    return SimpleNamespace(properties={"openslide.mpp-x": across, "openslide.mpp-y": down})


@pytest.mark.parametrize(
    ("across", "down", "expected"),
    [("0.25", "0.25", 0.25), ("0.24", "0.26", 0.25), ("5", "5", 5), (0.5, 0.5, 0.5)],
)
def test_resolutions_that_can_be(across: object, down: object, expected: float) -> None:
    assert own_resolution(reader(across, down), Path("a.svs")) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("across", "down"),
    [
        *[("352.8", "352.8"), ("0.01", "0.01"), ("inf", "inf"), ("-1", "-1"), ("nan", "nan")],
        *[("0.25", "0.5"), ("0.2", "0.2222"), ("0.25", None), ("1e400", "0")],
        *[("x", "1"), (None, None)],
    ],
)
def test_resolutions_that_cannot_be(across: object, down: object) -> None:
    with pytest.raises(InputError, match=r"Give --slide-mpp MICRONS, or --mpp-csv FILE\.") as told:
        own_resolution(reader(across, down), Path("a.svs"))
    assert len(str(told.value).splitlines()) == 2
    assert "a.svs" in str(told.value)


def test_a_table_of_resolutions(tmp_path: Path) -> None:
    path = tmp_path / "mpp.csv"
    path.write_text("slide,mpp,note\na.svs,0.25,\nb,0.5,x\n", encoding="utf-8-sig")
    known = Resolutions(1.0, read_mpp_csv(path))
    assert [known.of(Path(f"x/{name}")) for name in ("a.svs", "b.tif", "c.svs")] == [0.25, 0.5, 1.0]
    for text in ("", "slide,mpp\na,0.2\na,0.3\n", "slide,mpp\na,300\n", "slide,mpp\na\n", "a,b\n"):
        path.write_text(text)
        with pytest.raises(InputError, match=r"mpp\.csv\n  Write the columns slide, mpp"):
            read_mpp_csv(path)


@pytest.mark.parametrize(
    ("fields", "mpp", "expected"),
    [
        (FieldSize(60, 640), 1.0, "fields of at least 64 px, found 60 px"),
        (FieldSize(-5, 64), 0.5, "fields of at least 7 px, found -10 px"),
        (FieldSize(1, 10), 1.0, "at most 1,000,000 fields, found 4,194,304 of 1 px"),
        (FieldSize(60, 64, 16), 0.5, "at most 1,000,000 fields, found"),
        (FieldSize(10_000, 64), 1.0, "at least 10000 px each way for a field, found 2048 x 2048"),
    ],
)
def test_fields_that_cannot_be(
    tmp_path: Path, fields: FieldSize, mpp: float, expected: str
) -> None:
    path = write_slide(tmp_path / "a.tif", 2_048)
    if fields.overlap > 1:
        path = write_slide(tmp_path / "b.tif", 10_000, steps=(1,))
    with pytest.raises(InputError) as told:
        Slide(path, fields, mpp)
    assert expected in str(told.value)
    assert len(str(told.value).splitlines()) <= 2
    assert math.isfinite(mpp)
