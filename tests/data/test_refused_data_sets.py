"""Data sets that cannot be used: two lines say why and what to do."""

import re
import shutil
from pathlib import Path

import pytest
from common.utils.errors import InputError
from helpers.spoiled import Spoiled, inside, look, moved, regions


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
