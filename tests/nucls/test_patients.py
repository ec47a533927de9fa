"""One patient by any spelling, in names and in patients.csv; none is counted that nobody knows."""

from pathlib import Path

import pytest
from common.data.fields import count_patients, tell_patients
from common.nucls.names import origin_of, patient_of
from common.nucls.patients import read_patients
from common.utils.errors import InputError
from helpers.fields import field_of
from hypothesis import given, settings
from hypothesis import strategies as st

code = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=2, max_size=4).filter(
    lambda text: not text.startswith("DX") and not text[:2].isdigit()
)
patients = st.builds("TCGA-{}-{}".format, code, code) | st.builds("TCGA-{}".format, code)
TAILS = ("", "-DX1", "-01Z-00-DX1", "-01A-01-DX2", "-01Z-00-DX1.20D689C6-EFA5", "-01A")
PLACES = ("", "_left-1_top-2_bottom-12_right-11", "_id-5ea4_left-1_top-2_bottom-12_right-11")


@settings(max_examples=500, deadline=None)
@given(patients, st.sampled_from(TAILS), st.sampled_from([str.lower, str.upper]))
def test_one_patient_by_any_barcode(patient: str, tail: str, case) -> None:
    assert patient_of(case(patient + tail)) == patient


@settings(max_examples=500, deadline=None)
@given(
    patients, st.sampled_from(TAILS[1:5]), st.sampled_from(PLACES),
    st.sampled_from(["", "ANCHFOV-3_", "R1.1_#_E_#_"]), st.sampled_from([str.lower, str.upper]),
)  # fmt: skip
def test_one_patient_by_any_name(patient: str, tail: str, place: str, prefix: str, case) -> None:
    origin = origin_of(prefix + case(patient + tail) + place)
    assert origin.patient == patient
    assert origin.slide == f"{patient}-{'DX2' if 'DX2' in tail else 'DX1'}"
    assert origin.has_place == bool(place)


def test_spellings_in_the_table_are_one_patient(tmp_path: Path) -> None:
    names = ["TCGA-X-DX1", "TCGA-X-01Z-00-DX1", "tcga-x", "Anna  K", "anna k", "Berta"]
    rows = [f"f{at},{name},," for at, name in enumerate(names)]
    (tmp_path / "patients.csv").write_text("\n".join(["field,patient,slide,hospital", *rows, ""]))
    found = [origin.patient for origin in read_patients(tmp_path).values()]
    assert found == ["TCGA-X"] * 3 + ["Anna  K"] * 2 + ["Berta"]


def test_what_is_missing_in_the_table_is_no_name(tmp_path: Path) -> None:
    table = "field,patient,slide,hospital\nf,a,NA,\ng,b,<NA>,NaN\n"
    (tmp_path / "patients.csv").write_text(table)
    found = read_patients(tmp_path).values()
    assert {(origin.slide, origin.hospital) for origin in found} == {(None, None)}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("field,patient\nf,=HYPERLINK(1)\n", "that spreadsheets take for a formula"),
        ("field,patient\nf,a\x07b\n", "a control character"),
        ("field,patient,Patient \nf,a,b\n", "columns of different names, found 'patient'"),
        ("field,patient\nf,NA\n", "a field and its patient, found none in row 2"),
        ("field,patient\nf,nan\n", "a field and its patient, found none in row 2"),
    ],
)
def test_tables_that_cannot_be_used(tmp_path: Path, table: str, message: str) -> None:
    (tmp_path / "patients.csv").write_text(table)
    with pytest.raises(InputError, match=message):
        read_patients(tmp_path)


def test_patients_are_counted_only_where_all_are_known() -> None:
    known = [field_of("TCGA-A1-A0SP-DX1_id-1"), field_of("TCGA-A1-A0SP-01Z-00-DX2_id-2")]
    assert (count_patients(known), tell_patients(known)) == (1, "of 1 patient")
    unknown = [*known, field_of("field 3")]
    assert (count_patients(unknown), tell_patients(unknown)) == (None, "of unknown patients")
