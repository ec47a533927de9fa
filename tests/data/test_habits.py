"""Data sets as people have them: counted as they are."""

import csv
import shutil
from pathlib import Path

import pytest
from helpers.nucls import (
    inferred_truth,
    raw_raters,
    single_rater,
)
from helpers.spoiled import (
    Spoiled,
    all_of,
    converted,
    copies,
    counted,
    inside,
    junk,
    look,
    moved,
    nothing,
    regions,
    rewritten,
    spreadsheet,
)
from PIL import Image


def doubled(one: Spoiled) -> None:
    one.rewrite("a", lambda rows: rows.append(rows[1]))
    one.fields["a"] = [*one.fields["a"], one.fields["a"][0]]


def upper(one: Spoiled) -> None:
    one.csv("a").rename(one.csv("a").with_suffix(".CSV"))
    one.picture("b").rename(one.picture("b").with_suffix(".PNG"))


def rotated() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


READ = {
    "pictures in rgb/": moved("rgbs", "rgb"),
    "labels in csv/": moved("contours", "csv"),
    "contours/new": all_of(moved("contours", "tmp"), moved("tmp", "contours/new")),
    "rgbs/new/train": all_of(moved("rgbs", "tmp"), moved("tmp", "rgbs/new/train")),
    "JPEG": converted("RGB", ".jpg"),
    "JPEG, suffix in capitals": converted("RGB", ".JPEG"),
    "TIFF": converted("RGB", ".tif"),
    "BMP": converted("RGB", ".BMP"),
    "grey": converted("L", ".png"),
    "grey with alpha": converted("LA", ".png"),
    "transparent": converted("RGBA", ".png"),
    "palette": converted("P", ".png"),
    "CMYK": converted("CMYK", ".tiff"),
    "turned by EXIF": converted("RGB", ".jpg", exif=rotated()),
    "suffixes in capitals": upper,
    "junk of systems": junk,
    "copies": copies,
    "spreadsheet, UTF-8 and cp1252": spreadsheet,
    "BOM": rewritten(nothing, encoding="utf-8-sig"),
    "CRLF": rewritten(nothing, lineterminator="\r\n"),
    "CR": rewritten(nothing, lineterminator="\r"),
    "all quoted": rewritten(nothing, quoting=csv.QUOTE_ALL),
    "no line end at the end": lambda one: one.csv("a").write_text(one.csv("a").read_text()[:-1]),
    "columns in another order": rewritten(lambda rows: [row.reverse() for row in rows]),
    "boxes without area": rewritten(lambda rows: [row.__setitem__(5, row[3]) for row in rows[1:]]),
    "rows that stand twice": doubled,
    "marks of the field": rewritten(
        lambda rows: rows.extend([[*rows[1][:2], mark, *rows[1][3:]] for mark in
                                  ("fov_basic", "FOV_x", "correction_FOV_y", "correction_fov")])
    ),
    "regions": regions("ALL_FOV_LOCATIONS.csv"),
    "regions in small letters": regions("all_fov_locations.csv"),
    "a region that stands twice": regions("ALL_FOV_LOCATIONS.csv", "5,a,20,10,110,100"),
    "other pictures beside": lambda one: shutil.copytree(one.root / "rgbs", one.root / "mask"),
    "much at once": all_of(
        junk, copies, regions("ALL_FOV_LOCATIONS.csv"), spreadsheet, converted("RGB", ".JPG")
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", READ)
def test_is_counted_as_it_is(case: str, tmp_path: Path) -> None:
    one = Spoiled(tmp_path / "set")
    READ[case](one)
    survey = look(one.root)
    assert survey.refusal is None
    found = {field.name: (field.counts.tumour, field.counts.total) for field in survey.fields}
    assert found == counted(one.fields)


@pytest.mark.parametrize("make", [inferred_truth, single_rater, raw_raters])
@pytest.mark.parametrize("place", ["", "a download/PsAreTruth_E", "Datensätze (neu)/x"])
def test_published_sets_wherever_they_lie(make, place: str, tmp_path: Path) -> None:
    fields = make(tmp_path / place, count=4)
    survey = look(tmp_path)
    assert survey.refusal is None
    found = {field.name: (field.counts.tumour, field.counts.total) for field in survey.fields}
    assert found == counted(inside(fields) if make is single_rater else fields)
    assert len({field.patient for field in survey.fields}) == 2
