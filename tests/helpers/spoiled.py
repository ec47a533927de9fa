"""A small data set, and ways to spoil it as people, programs and downloads do."""

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path

from common.config.data_options import DataOptions, PictureOptions, SourceOptions, SplitOptions
from common.data.counting_options import CountingOptions
from common.files.disk import CacheOptions
from common.survey.inspection import survey_data_set
from common.survey.survey import Survey
from PIL import Image

from helpers.nucls import (
    Nucleus,
    paint,
    scattered,
    write_annotations,
)

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


def all_of(*cases: Callable[[Spoiled], object]) -> Callable[[Spoiled], object]:
    return lambda one: [case(one) for case in cases]


def converted(mode: str, suffix: str, **how: object) -> Callable[[Spoiled], object]:
    return lambda one: one.convert("a", mode, suffix, **how)


def rewritten(change: Callable, **how: str) -> Callable[[Spoiled], object]:
    return lambda one: one.rewrite("a", change, **how)
