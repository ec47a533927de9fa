"""Training fields are recognised by name, by tissue on the slide, and by picture."""

import json

import pytest
from common.splits.training_fields import TrainingFields, find_seen, training_fields_of
from common.utils.errors import InputError

SLIDE = "TCGA-A1-A0SP-01Z-00-DX1"
TRAINED = TrainingFields(
    (
        "TCGA-A1-A0SP-DX1_id-5ea4_left-1000_top-2000_bottom-2300_right-1300",
        "TCGA-A2-A0AA-DX1_id-5ea5_left-1000_top-2000_bottom-2300_right-1300",
        "no_name_of_nucls",
    ),
    ("aa", "bb", "cc"),
)


@pytest.mark.parametrize(
    ("name", "digest", "seen", "patient"),
    [
        (TRAINED.names[0], "x", True, 0),
        ("no_name_of_nucls", "x", True, 0),
        ("another name", "bb", True, 0),
        # The same tissue under the name of another set, a few px apart.
        (f"ANCHFOV-7_{SLIDE}_left-1290_top-2290_bottom-2500_right-1500", "x", True, 0),
        # Beside it, on its slide: only the patient was seen.
        (f"ANCHFOV-8_{SLIDE}_left-1300_top-2000_bottom-2300_right-1600", "x", False, 1),
        ("TCGA-A1-A0SP-DX2_id-1_left-1000_top-2000_bottom-2300_right-1300", "x", False, 1),
        ("TCGA-A9-A0SP-DX1_id-1_left-1000_top-2000_bottom-2300_right-1300", "x", False, 0),
        ("a new one", "x", False, 0),
    ],
)  # fmt: skip
def test_what_has_been_seen(name: str, digest: str, seen: bool, patient: int) -> None:
    found = find_seen(TRAINED, [name], [digest])
    assert (found.fields, found.patients, found.known) == ([seen], patient, True)
    assert bool(found.describe(included=False)) == (seen or bool(patient))


def test_a_model_file_keeps_them_as_text() -> None:
    assert training_fields_of(TRAINED.to_json()) == TRAINED
    assert json.loads(TRAINED.to_json())["names"] == list(TRAINED.names)


def test_nothing_is_evaluated_if_all_was_seen() -> None:
    with pytest.raises(InputError, match="found all 3 seen in training"):
        find_seen(TRAINED, TRAINED.names, TRAINED.digests).check_any_left()


def test_a_model_that_does_not_know_says_so() -> None:
    found = find_seen(None, ["a"], ["b"])
    assert (found.fields, found.known) == ([False], False)
    assert "does not tell its training fields" in found.describe(included=False)[0]
