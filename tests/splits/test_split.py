"""Splits and their audit: every planted leak is found, none is found where there is none."""

import cv2
import numpy as np
import pytest
from common.data.fields import FieldOfView
from common.images.perceptual_hash import perceptual_hashes
from common.nucls.names import origin_of
from common.splits.audit import Audit, audit_split
from common.splits.methods import SplitRequest, make_split
from common.splits.split import Split
from common.utils.errors import InputError
from helpers.fields import field_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st

EDGE = 300  # px of a generated field
SCHEMES = (
    "{patient}-{slide}_id-{id}_left-{left}_top-{top}_bottom-{bottom}_right-{right}",
    "{patient}-01Z-00-{slide}_id-{id}_left-{left}_top-{top}_bottom-{bottom}_right-{right}",
    "{rater}_#_E_#_{patient}-01Z-00-{slide}_id-{id}"
    "_left-{left}_top-{top}_bottom-{bottom}_right-{right}",
)


def name(scheme: int, patient: int, slide: int, column: int, shift: int = 0, rater: int = 1) -> str:
    left, top = 20_000 + 1000 * column + shift, 30_000 + shift
    return SCHEMES[scheme].format(
        patient=f"TCGA-A{patient % 7}-{patient:04d}", slide=f"DX{slide}", id=f"5ea40{patient:06d}",
        rater=f"JP.{rater}", left=left, top=top, right=left + EDGE, bottom=top + EDGE,
    )  # fmt: skip


def make_fields(names: list[str]) -> list[FieldOfView]:
    return [field_of(each, at % 5, 5) for at, each in enumerate(names)]


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


@pytest.mark.parametrize("how", ["first-1000", "nucls"])
def test_folds_without_a_split_that_has_them_are_refused(how: str) -> None:
    with pytest.raises(InputError, match="--split patient or hospital for --folds, found --folds"):
        make_split(how, SplitRequest(make_fields(["a", "b", "c"]), folds=2))


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


@pytest.mark.parametrize("fold", [1, 2])
def test_a_fold_without_a_split_is_refused(fold: int) -> None:
    with pytest.raises(InputError, match=f"a --split with folds for --fold, found --fold {fold}"):
        make_split("first-1000", SplitRequest(make_fields(["a", "b", "c"]), fold))


@pytest.mark.parametrize("by", ["patient", "hospital"])
def test_grouped_folds_cover_all_and_share_nobody(by: str) -> None:
    random = np.random.default_rng(0)
    names = sorted(name(0, patient, 1, column) for patient in range(40) for column in range(5))
    fields = [field_of(each, int(random.integers(0, 11)), 10) for each in names]
    seen: list[int] = []
    for fold in range(1, 6):
        split = make_split(by, SplitRequest(fields, fold))
        sides = [{getattr(origin_of(fields[at].name), by) for at in side}
                 for side in (split.train, split.validation)]  # fmt: skip
        assert not sides[0] & sides[1]
        assert sorted([*split.train, *split.validation]) == list(range(200))
        seen.extend(split.validation)
    assert sorted(seen) == list(range(200))


@pytest.mark.parametrize("by", ["patient", "first-1000"])
def test_the_epoch_is_chosen_on_training_patients_who_do_not_train(by: str) -> None:
    random = np.random.default_rng(0)
    names = sorted(name(0, patient, 1, column) for patient in range(40) for column in range(5))
    fields = [field_of(each, int(random.integers(0, 11)), 10) for each in names]
    plain, split = (make_split(by, SplitRequest(fields), choose=how)
                    for how in ("validation", "inside"))  # fmt: skip
    np.testing.assert_array_equal(split.validation, plain.validation)
    np.testing.assert_array_equal(split.seen, plain.train)
    trained, choosing = ({origin_of(fields[at].name).patient for at in side}
                         for side in (split.train, split.choice))  # fmt: skip
    assert not trained & choosing
    assert len(choosing) / len(trained | choosing) == pytest.approx(0.1, abs=0.05)
    assert split.description.endswith(f"{len(split.choice)} of the {len(plain.train)} choose "
                                      "the epoch instead")  # fmt: skip


def test_one_training_patient_cannot_choose_the_epoch() -> None:
    fields = make_fields([name(0, at, 1, column) for at in (1, 2) for column in (0, 1)])
    with pytest.raises(InputError, match=r"expected at least 2 training patients for .*, found 1"):
        make_split("patient", SplitRequest(fields, folds=2), choose="inside")


@pytest.mark.parametrize(
    ("names", "fold", "message"),
    [
        (["a", "b"], 1, "expected names of NuCLS that tell the patient, found a"),
        ([name(0, 1, 1, 0), name(0, 1, 1, 1)], 1, "expected at least 5 patients for 5 folds"),
        ([name(0, at, 1, 0) for at in range(9)], 6, "expected --fold 1 to 5, found 6"),
    ],
)
def test_splits_that_cannot_be_made(names: list[str], fold: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        make_split("patient", SplitRequest(make_fields(names), fold))


counts = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4)), min_size=4, max_size=60)


@settings(max_examples=300, deadline=None)
@given(counts, st.integers(2, 6))
def test_small_sets_of_any_densities_are_divided(found: list[tuple[int, int]], folds: int) -> None:
    """However few fields of a density there are; by patient, each field validates once."""
    names = [name(0, patient, 1, column) for column, (patient, _) in enumerate(found)]
    fields = [field_of(one, tumour, 4) for one, (_, tumour) in zip(names, found, strict=True)]
    patients = {patient for patient, _ in found}
    assume(len(patients) > folds)
    validated = []
    for fold in range(1, folds + 1):
        request = SplitRequest(fields, fold, folds)
        split = make_split("patient", request)
        sides = [{found[at][0] for at in part} for part in (split.train, split.validation)]
        assert sides[0]
        assert not sides[0] & sides[1]
        validated += split.validation.tolist()
        if len(sides[0]) > 1:  # one of them can choose
            inside = make_split("patient", request, "inside")
            parts = (inside.train, inside.choice, inside.validation)
            assert all(map(len, parts))
            assert sorted(np.concatenate(parts)) == list(range(len(fields)))
    assert sorted(validated) == list(range(len(fields)))
