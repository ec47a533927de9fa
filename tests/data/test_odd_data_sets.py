"""Data sets as people have them: a right count, or two lines that name all that is wrong."""

import csv
import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from common.config.data_options import DataOptions, PictureOptions, SourceOptions, SplitOptions
from common.data.counting_options import CountingOptions
from common.files.disk import CacheOptions
from common.survey.inspection import survey_data_set
from common.survey.survey import Survey
from common.utils.errors import InputError
from helpers.nucls import (
    Nucleus,
    inferred_truth,
    paint,
    raw_raters,
    scattered,
    single_rater,
    write_annotations,
)
from PIL import Image

Fields = dict[str, list[Nucleus]]
REGION = (20, 10, 110, 100)
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"


def look(root: Path, *, skip: bool = False) -> Survey:
    """Survey a data set as Check_Dataset.py does; its refusal is that of training."""
    source = SourceOptions(dataset=root, skip_bad_fields=skip)
    shown = (PictureOptions(), SplitOptions(), CacheOptions())
    return survey_data_set(DataOptions(source, CountingOptions(), *shown))


def counted(fields: Fields) -> dict[str, tuple[int, int]]:
    groups = {name: [one.group for one in nuclei] for name, nuclei in sorted(fields.items())}
    tumour = ("tumor", "correction_tumor")
    return {name: (sum(group in tumour for group in own), len(own)) for name, own in groups.items()}


def inside(fields: Fields) -> Fields:
    left, top, right, bottom = REGION
    return {
        name: [one for one in nuclei if left <= one.x < right and top <= one.y < bottom]
        for name, nuclei in fields.items()
    }


class Spoiled:
    """A data set that a case may change: contours/ and rgbs/ of the fields a to e."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.fields = {name: scattered(at) for at, name in enumerate("abcde")}
        for name, nuclei in self.fields.items():
            write_annotations(self.csv(name), nuclei, "group")
            paint(self.picture(name), nuclei)

    def csv(self, name: str) -> Path:
        """Return a field's annotation file."""
        return self.root / "contours" / f"{name}.csv"

    def picture(self, name: str) -> Path:
        """Return a field's picture."""
        return self.root / "rgbs" / f"{name}.png"

    def rewrite(self, name: str, change: Callable[[list[list[str]]], object], **how: str) -> None:
        """Change the rows of an annotation file, in place, and write them with other habits."""
        encoding, form = how.pop("encoding", "utf-8"), {"lineterminator": "\n", **how}
        rows = list(csv.reader(self.csv(name).read_text().splitlines()))
        change(rows)
        written = io.StringIO(newline="")
        csv.writer(written, **form).writerows(rows)
        self.csv(name).write_bytes(written.getvalue().encode(encoding))

    def convert(self, name: str, mode: str, suffix: str, **how: object) -> None:
        """Save a field's picture in another way, in its place."""
        path = self.picture(name)
        Image.open(path).convert(mode).save(path.with_suffix(suffix), **how)
        if suffix != ".png":
            path.unlink()


def colour(at: int, text: str) -> Callable[[list[list[str]]], object]:
    """Make a function that puts text into a column on which no count depends."""
    return lambda rows: [row.__setitem__(at, text) for row in rows[1:]]


def nothing(rows: list[list[str]]) -> None:
    del rows


def doubled(one: Spoiled) -> None:
    one.rewrite("a", lambda rows: rows.append(rows[1]))
    one.fields["a"] = [*one.fields["a"], one.fields["a"][0]]


def junk(one: Spoiled) -> None:
    for folder in ("contours", "rgbs"):
        for name in ("Thumbs.db", "desktop.ini", "._a.csv", "._a.png", ".DS_Store"):
            (one.root / folder / name).write_bytes(b"\0junk")
    (one.root / "__MACOSX" / "contours").mkdir(parents=True)
    (one.root / "__MACOSX" / "contours" / "._a.csv").write_bytes(b"\0")


def copies(one: Spoiled) -> None:
    for copy in ("a - Copy", "a - Copy (2)", "a (1)", "a copy", "a copy 2"):
        shutil.copy(one.csv("a"), one.csv(copy))
        shutil.copy(one.picture("a"), one.picture(copy))


def regions(name: str, *more: str) -> Callable[[Spoiled], None]:
    def write(one: Spoiled) -> None:
        rows = [f"{at},{field},{','.join(map(str, REGION))}" for at, field in enumerate("abcde")]
        text = "\n".join([",fovname,xmin,ymin,xmax,ymax", *rows, *more, ""])
        (one.root / "contours" / name).write_text(text)
        one.fields = inside(one.fields)

    return write


def spreadsheet(one: Spoiled) -> None:
    form = {"delimiter": ";", "lineterminator": "\r\n"}
    one.rewrite("a", nothing, **form, encoding="utf-8-sig")
    one.rewrite("b", colour(11, "grün"), **form, encoding="cp1252")


def moved(folder: str, target: str) -> Callable[[Spoiled], object]:
    def move(one: Spoiled) -> None:
        (one.root / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(one.root / folder, one.root / target)

    return move


def upper(one: Spoiled) -> None:
    one.csv("a").rename(one.csv("a").with_suffix(".CSV"))
    one.picture("b").rename(one.picture("b").with_suffix(".PNG"))


def all_of(*cases: Callable[[Spoiled], object]) -> Callable[[Spoiled], object]:
    return lambda one: [case(one) for case in cases]


def converted(mode: str, suffix: str, **how: object) -> Callable[[Spoiled], object]:
    return lambda one: one.convert("a", mode, suffix, **how)


def rewritten(change: Callable, **how: str) -> Callable[[Spoiled], object]:
    return lambda one: one.rewrite("a", change, **how)


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


def written(name: str, content: bytes) -> Callable[[Spoiled], object]:
    """Make a function that overwrites a file, of annotations unless its suffix tells a picture."""

    def write(one: Spoiled) -> None:
        path = Path(name)
        (one.picture if path.suffix else one.csv)(path.stem).write_bytes(content)

    return write


def cut(one: Spoiled) -> None:
    one.csv("a").write_bytes(one.csv("a").read_bytes()[:-30])


def cut_picture(one: Spoiled) -> None:
    one.picture("b").write_bytes(one.picture("b").read_bytes()[:200])


def tiny(one: Spoiled) -> None:
    cv2.imwrite(str(one.picture("c")), np.zeros((23, 25, 3), np.uint8))


def far_region(one: Spoiled) -> None:
    text = ",fovname,xmin,ymin,xmax,ymax\n0,a,110,0,300,300\n"
    (one.root / "contours" / "ALL_FOV_LOCATIONS.csv").write_text(text)


# What can be left out, and which fields it makes unusable, with what is said of each.
ODD = {
    "empty": (written("a", b""), {"a": "an empty file"}),
    "no nuclei": (rewritten(lambda rows: rows.__delitem__(slice(1, None))), {"a": "nucleus"}),
    "only marks": (rewritten(lambda rows: rows.__delitem__(slice(1, -1))), {"a": "nucleus"}),
    "cut off": (cut, {"a": "12 fields as in the header"}),
    "binary": (written("a", b"\x89PNG\r\n\x1a\n\0\0"), {"a": "byte 0x89, which is not UTF-8$"}),
    "UTF-16": (rewritten(nothing, encoding="utf-16"), {"a": "UTF-16"}),
    "cp1252 with commas": (
        rewritten(colour(11, "grün"), encoding="cp1252"),
        {"a": r"byte 0xfc, which is not UTF-8 \(perhaps cp1252, as Excel saves it\)"},
    ),
    "tabs": (rewritten(nothing, delimiter="\t"), {"a": "a column group or raw_classification"}),
    "another table": (written("a", b"name,age\nx,1\n"), {"a": "found columns 'name, age'"}),
    "no name of a group": (rewritten(lambda rows: rows[1].__setitem__(2, "")), {"a": "a group"}),
    "a pointer in place of labels": (written("a", LFS), {"a": "a git-LFS pointer"}),
    "a pointer in place of a picture": (written("b.png", LFS), {"b": "a git-LFS pointer"}),
    "an empty picture": (written("b.png", b""), {"b": "an empty file"}),
    "no picture": (written("b.png", b"no picture"), {"b": "a file of another format"}),
    "a picture cut off": (cut_picture, {"b": "a whole picture"}),
    "a tiny picture": (tiny, {"c": "at least 32 x 32 px, found 25 x 23 px"}),
    "a region at the rim": (far_region, {"a": "at least (one nucleus|32 x 32 px)"}),
    "labels and pictures": (
        all_of(cut, cut_picture, tiny),
        {"a": "12 fields", "b": "a whole picture", "c": "at least 32"},
    ),
    "among junk and copies": (
        all_of(junk, spreadsheet, written("c", b""), tiny, written("d.png", LFS)),
        {"c": "an empty file", "d": "a git-LFS pointer"},
    ),
}


@pytest.mark.parametrize("case", ODD)
def test_is_named_and_left_out_on_request(case: str, tmp_path: Path) -> None:
    one = Spoiled(tmp_path / "set")
    spoil, reasons = ODD[case]
    spoil(one)
    survey = look(one.root)
    told = str(survey.refusal)
    assert len(told.splitlines()) == 2
    assert set(survey.extraction.odd) == set(reasons)
    for name, reason in reasons.items():
        said = survey.extraction.odd[name].reason
        assert said in told
        assert re.search(reason, said)
    survey = look(one.root, skip=True)
    found = {field.name: (field.counts.tumour, field.counts.total) for field in survey.fields}
    usable = {name: nuclei for name, nuclei in one.fields.items() if name not in reasons}
    assert found == counted(usable)
    assert survey.refusal is None
    assert [field.name for field in survey.plan.fields] == sorted(usable)


def parts(one: Spoiled) -> None:
    for at, folder in enumerate(("contours", "rgbs"), 1):
        moved(folder, f"NuCLS-20211020T171415Z-00{at}/NuCLS/{folder}")(one)


def case_only(one: Spoiled) -> None:
    shutil.copy(one.csv("a"), one.csv("A"))


def packed(one: Spoiled) -> None:
    shutil.rmtree(one.root)
    one.root.mkdir()
    (one.root / "NuCLS.zip").write_bytes(b"PK")


# What no field can be left out for.
REFUSED = {
    "labels alone": (lambda one: shutil.rmtree(one.root / "rgbs"), "a folder rgbs or rgb"),
    "pictures alone": (
        lambda one: shutil.rmtree(one.root / "contours"),
        "a data set .* found none",
    ),
    "no pictures in their folder": (
        lambda one: [one.picture(name).unlink() for name in "abcde"],
        "pictures, found none",
    ),
    "a label without its picture": (lambda one: one.picture("b").unlink(), "none for b "),
    "a picture without its label": (lambda one: one.csv("b").unlink(), "none for b "),
    "parts of a download": (parts, "Move the folders of NuCLS-20211020T171415Z-002 here"),
    "still packed": (packed, r"NuCLS\.zip: unpack it"),
    "two pictures of a name": (
        lambda one: shutil.copy(one.picture("a"), one.picture("a").with_suffix(".jpg")),
        r"a\.jpg and a\.png",
    ),
    "names that differ in case": (case_only, r"A\.csv and a\.csv"),
    "two regions of a field": (
        regions("ALL_FOV_LOCATIONS.csv", "5,a,0,0,110,100"),
        "two for a ",
    ),
    "a region without numbers": (regions("ALL_FOV_LOCATIONS.csv", "5,f,,,,"), "none in row 7"),
    "no tumour group": (
        lambda one: [
            one.rewrite(name, lambda rows: [row.__setitem__(2, "x") for row in rows[1:]])
            for name in "abcde"
        ],
        "nuclei of the group tumor, found only x ",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_is_refused(case: str, tmp_path: Path) -> None:
    one = Spoiled(tmp_path / "set")
    spoil, said = REFUSED[case]
    spoil(one)
    try:
        refusal = look(one.root).refusal
    except InputError as error:
        refusal = error
    assert re.search(said, str(refusal))
    assert len(str(refusal).splitlines()) == 2


def test_fields_without_a_region_are_told(tmp_path: Path) -> None:
    one = Spoiled(tmp_path / "set")
    text = ",fovname,xmin,ymin,xmax,ymax\n0,a,20,10,110,100\n"
    (one.root / "contours" / "ALL_FOV_LOCATIONS.csv").write_text(text)
    survey = look(one.root)
    assert "  4 fields without an annotated region, taken whole" in survey.describe()
    fields = one.fields | {"a": inside(one.fields)["a"]}
    assert {field.name: field.counts.total for field in survey.fields} == {
        name: len(nuclei) for name, nuclei in fields.items()
    }


def test_boxes_that_are_no_numbers_are_not_taken_for_outside(tmp_path: Path) -> None:
    one = Spoiled(tmp_path / "set")
    regions("ALL_FOV_LOCATIONS.csv")(one)
    one.rewrite("a", lambda rows: rows[1].__setitem__(3, "nan"))
    assert "numbers in xmin, xmax, ymin, ymax, found the number 'nan'" in str(
        look(one.root).refusal
    )


def test_a_table_of_patients_with_a_comma_too_many_is_refused(tmp_path: Path) -> None:
    one = Spoiled(tmp_path / "set")
    (one.root / "patients.csv").write_text("field,patient,slide,hospital\na,Doe, John,S,H\n")
    with pytest.raises(InputError, match="4 cells as in the header, found 5 in row 2"):
        look(one.root)
