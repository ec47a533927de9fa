"""Training fields are recognised by name, by tissue on the slide, and by picture."""

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest
from common.images.appearance import AppearanceRange
from common.images.perceptual_hash import perceptual_hashes
from common.nucls.names import Origin
from common.splits.training_fields import (
    TrainingFields,
    fields_trained_on,
    find_seen,
    training_fields_of,
)
from common.utils.errors import InputError
from helpers.fields import field_of

SLIDE = "TCGA-A1-A0SP-01Z-00-DX1"
TRAINED = TrainingFields(
    (
        "TCGA-A1-A0SP-DX1_id-5ea4_left-1000_top-2000_bottom-2300_right-1300",
        "TCGA-A2-A0AA-DX1_id-5ea5_left-1000_top-2000_bottom-2300_right-1300",
        "no_name_of_nucls",
    ),
    ("aa", "bb", "cc"),
    patients=("patient 7",),
)


@pytest.mark.parametrize(
    ("name", "digest", "seen", "patient"),
    [
        (TRAINED.names[0], "00", True, 0),
        ("no_name_of_nucls", "00", True, 0),
        ("another name", "bb", True, 0),
        # The same tissue under the name of another set, a few px apart.
        (f"ANCHFOV-7_{SLIDE}_left-1290_top-2290_bottom-2500_right-1500", "00", True, 0),
        # Beside it, on its slide: only the patient was seen.
        (f"ANCHFOV-8_{SLIDE}_left-1300_top-2000_bottom-2300_right-1600", "00", False, 1),
        ("TCGA-A1-A0SP-DX2_id-1_left-1000_top-2000_bottom-2300_right-1300", "00", False, 1),
        ("TCGA-A9-A0SP-DX1_id-1_left-1000_top-2000_bottom-2300_right-1300", "00", False, 0),
        ("a new one", "00", False, 0),
    ],
)  # fmt: skip
def test_what_has_been_seen(name: str, digest: str, seen: bool, patient: int) -> None:
    found = find_seen(TRAINED, [field_of(name)], [bytes.fromhex(digest)], [b""])
    assert (found.fields, found.patients, found.known) == ([seen], patient, True)
    assert bool(found.describe(included=False)) == (seen or bool(patient))


def test_patients_of_a_table_and_pictures_that_look_alike_are_recognised() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (4, 4, 3), np.uint8)
    trained = cv2.resize(picture, (64, 64))
    own = replace(field_of("field 1"), origin=Origin(None, "patient 7", None))
    fields = fields_trained_on([own], [b"1"], perceptual_hashes(trained[None]))
    kept = training_fields_of(fields.to_json())
    other = replace(own, name="field 2")
    found = find_seen(kept, [other], [b"2"], [b""])
    assert (found.fields, found.patients) == ([False], 1)
    mirrored = perceptual_hashes(trained[None, :, ::-1])
    assert find_seen(kept, [field_of("x")], [b"2"], mirrored).fields == [True]


def test_a_model_file_of_an_earlier_version() -> None:
    assert training_fields_of('{"names": ["a"], "pictures": ["00"]}') == TrainingFields(
        ("a",), ("00",)
    )


def test_a_model_file_keeps_them_as_text() -> None:
    assert training_fields_of(TRAINED.to_json()) == TRAINED
    known = replace(TRAINED, appearance=AppearanceRange((0.1,) * 11, (0.3,) * 11))
    assert training_fields_of(known.to_json()) == known
    for least in ([0.1] * 10, ["a"] * 11, [float("nan")] * 11, 5):
        odd = json.loads(known.to_json()) | {"range": {"least": least, "greatest": [0.3] * 11}}
        with pytest.raises((ValueError, TypeError)):
            training_fields_of(json.dumps(odd))
    assert json.loads(TRAINED.to_json())["names"] == list(TRAINED.names)


def test_nothing_is_evaluated_if_all_was_seen() -> None:
    with pytest.raises(InputError, match="found all 3 seen in training"):
        find_seen(
            TRAINED, list(map(field_of, TRAINED.names)), [b""] * 3, [b""] * 3
        ).check_any_left()


def test_a_model_that_does_not_know_says_so() -> None:
    found = find_seen(None, [field_of("a")], [b"b"], [b""])
    assert (found.fields, found.known) == ([False], False)
    assert "does not tell its training fields" in found.describe(included=False)[0]
