"""The audit of a split: every planted leak is found, none is found where there is none."""

import cv2
import numpy as np
from common.images.perceptual_hash import perceptual_hashes
from common.nucls.names import origin_of
from common.splits.audit import Audit, audit_split
from common.splits.split import Split
from helpers.fields import EDGE, make_fields, name
from hypothesis import given, settings
from hypothesis import strategies as st


def audited(train: list[str], validation: list[str]) -> list[int]:
    """Audit with a different picture for each field; return the first three counts."""
    fields = make_fields([*train, *validation])
    order = np.arange(len(fields))
    split = Split(order[: len(train)], order[len(train) :], "")
    found = audit_split(fields, split, [str(at) for at in order], [b""] * len(order))
    assert (found.pictures, found.unknown) == (0, 0)
    counts = [found.patients, found.slides, found.overlapping]
    assert found.shares_tissue == any(counts)
    return counts


schemes = st.integers(0, 2)
patients = st.lists(st.integers(0, 9999), min_size=2, max_size=12, unique=True)


@settings(max_examples=1000, deadline=None)
@given(patients, st.data())
def test_audit_finds_nothing_where_nothing_is(ids: list[int], data: st.DataObject) -> None:
    names = [name(data.draw(schemes), each, data.draw(st.integers(1, 3)), 0) for each in ids]
    cut = data.draw(st.integers(1, len(ids) - 1))
    assert audited(names[:cut], names[cut:]) == [0, 0, 0]


@settings(max_examples=1000, deadline=None)
@given(patients, st.data())
def test_audit_finds_every_planted_leak(ids: list[int], data: st.DataObject) -> None:
    """Plant, for some patients, another slide, another place, or the same tissue."""
    train = [name(data.draw(schemes), each, 1, 0) for each in ids]
    other = [name(data.draw(schemes), each + 10_000, 1, 0) for each in ids]
    kinds = [data.draw(st.sampled_from(["none", "patient", "slide", "tissue"])) for _ in ids]
    planted = []
    for each, kind in zip(ids, kinds, strict=True):
        shift = data.draw(st.integers(1 - EDGE, EDGE - 1))
        places = {"patient": (2, 0, 0), "slide": (1, 1, 0), "tissue": (1, 0, shift)}
        if kind in places:
            planted.append(name(data.draw(schemes), each, *places[kind], rater=2))
    slides, tissue = (sum(kind in which for kind in kinds)
                      for which in (("slide", "tissue"), ("tissue",)))  # fmt: skip
    assert audited(train, [*planted, *other]) == [len(planted), slides, tissue]


def test_audit_finds_equal_pictures_and_unknown_names() -> None:
    fields = make_fields(["a", "b", "c", "d"])
    split = Split(np.array([0, 1]), np.array([2, 3]), "")
    found = audit_split(fields, split, ["same", "x", "same", "y"], [b""] * 4)
    assert found == Audit(patients=0, slides=0, overlapping=0, pictures=1, unknown=4)


def test_audit_counts_pictures_that_look_alike() -> None:
    grain = np.random.default_rng(1).integers(0, 256, (3, 6, 6, 3), np.uint8)
    trained = np.stack([cv2.resize(one, (64, 64)) for one in grain[:2]])
    other = cv2.resize(grain[2], (64, 64))[None]
    hashes = perceptual_hashes(np.concatenate([trained, trained[:1, ::-1], trained[1:], other]))
    fields = make_fields(["a", "b", "c", "d", "e"])
    split = Split(np.array([0, 1]), np.array([2, 3, 4]), "")
    found = audit_split(fields, split, ["a", "b", "c", "b", "e"], hashes)
    assert (found.pictures, found.alike) == (1, 1)
    assert found.shares_tissue


def test_touching_fields_do_not_overlap() -> None:
    beside = name(0, 1, 1, 0).replace("left-20000", "left-20300").replace("right-20300", "right-9")
    assert audited([name(0, 1, 1, 0)], [beside.replace("right-9", "right-20600")]) == [1, 1, 0]


def test_name_of_the_evaluation_set() -> None:
    origin = origin_of("TCGA-A1-A0SP-DX1_id-5e_left-7053_top-53967_bottom-54231_right-7311")
    assert (origin.hospital, origin.patient) == ("A1", "TCGA-A1-A0SP")
    assert origin.slide == "TCGA-A1-A0SP-DX1"
    assert (origin.left, origin.top, origin.right, origin.bottom) == (7053, 53967, 7311, 54231)


def test_name_with_one_code_for_hospital_and_patient() -> None:
    origin = origin_of("TCGA-C001-DX1_id-crc001_left-0_top-250_bottom-500_right-250")
    assert (origin.patient, origin.slide) == ("TCGA-C001", "TCGA-C001-DX1")
