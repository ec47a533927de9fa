"""Splits: nobody is on both sides, every field validates once, what cannot be is told."""

import numpy as np
import pytest
from common.nucls.names import origin_of
from common.splits.methods import SplitRequest, make_split
from common.utils.errors import InputError
from helpers.fields import field_of, make_fields, name
from hypothesis import assume, given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize("how", ["first-1000", "nucls"])
def test_folds_without_a_split_that_has_them_are_refused(how: str) -> None:
    with pytest.raises(InputError, match="--split patient or hospital for --folds, found --folds"):
        make_split(how, SplitRequest(make_fields(["a", "b", "c"]), folds=2))


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
