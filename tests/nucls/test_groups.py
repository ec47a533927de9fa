"""Groups: another spelling of a known or of another group is refused, never counted apart."""

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from common.data.extraction import extract
from common.nucls.annotations import read_annotations
from common.nucls.counting import DEFAULT_COUNTING, KNOWN, check_spellings
from common.nucls.dataset import DataSet
from common.utils.errors import InputError
from hypothesis import given, settings
from hypothesis import strategies as st

HEADER = "group,xmin,xmax,ymin,ymax"


def write(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


def row(group: str, box: str = "1,5,1,5") -> str:
    return f"{group},{box}"


def respelled(group: str, data: st.DataObject) -> str:
    """Draw another spelling of a group."""
    cases = [data.draw(st.sampled_from([str.lower, str.upper])) for _ in group]
    group = "".join(case(sign) for case, sign in zip(cases, group, strict=True))
    group = data.draw(st.sampled_from(["", "correction_", "Correction_", "CORRECTION_ "])) + group
    form = data.draw(st.sampled_from(["NFC", "NFKD"]))
    space = data.draw(st.sampled_from(["{}", " {}", "{} ", "\u00a0{}", "{}\t"]))
    name = space.format(unicodedata.normalize(form, group))
    unseen = data.draw(st.sampled_from(["", "\u200b", "\u00ad", "\u2060", "\x01", "\u202e"]))
    at = data.draw(st.integers(0, len(name)))
    return name[:at] + unseen + name[at:]


@settings(max_examples=1000, deadline=None)
@given(st.sampled_from(sorted(KNOWN)), st.data())
def test_a_spelling_of_a_known_group_counts_as_it_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, group: str, data: st.DataObject
) -> None:
    name = respelled(group, data)
    path = write(tmp_path_factory.getbasetemp() / "groups" / "field.csv", row(name))
    if name.removeprefix("correction_") == group:
        assert read_annotations(path).groups == [group]
        return
    with pytest.raises(InputError, match="expected one spelling of each group, found ") as told:
        read_annotations(path)
    assert len(str(told.value).splitlines()) == 2
    assert repr(name.removeprefix("correction_")) in str(told.value)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(["fov", "fov_basic", "FOV_reviewed_maha"]), st.data())
def test_a_mark_of_the_field_is_never_a_nucleus(
    tmp_path_factory: pytest.TempPathFactory, mark: str, data: st.DataObject
) -> None:
    name = respelled(mark, data)
    path = write(tmp_path_factory.getbasetemp() / "marks" / "f.csv", row(name), row("tumor"))
    if name.removeprefix("correction_")[:3].lower() == "fov":
        assert read_annotations(path).groups == ["tumor"]
        return
    with pytest.raises(InputError, match="one spelling of each group"):
        read_annotations(path)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.text("abcé", min_size=1, max_size=3), unique=True, min_size=1), st.data())
def test_unknown_groups_may_not_differ_in_spelling_only(
    groups: list[str], data: st.DataObject
) -> None:
    check_spellings(groups, Path("set"))
    other = respelled(groups[0], data)
    if other not in groups:
        with pytest.raises(InputError, match="one spelling of each group"):
            check_spellings([*groups, other], Path("set"))


@pytest.mark.parametrize("name", ["", "nan", "NaN", "None", " "])
def test_a_nucleus_without_a_group_is_refused(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "f.csv", row("tumor"), row(name))
    with pytest.raises(InputError, match=r"expected a group, found .+ in row 3"):
        read_annotations(path)


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", "tumor,lymphocyte", header="group,Group ")
    with pytest.raises(InputError, match="columns of different names, found 'group', 'Group '"):
        read_annotations(path)


def test_spellings_in_different_files_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "contours" / "a.csv", row("tumor"), row("epithel"))
    write(tmp_path / "contours" / "b.csv", row("Epithel"))
    with pytest.raises(InputError, match="'Epithel' and 'epithel'"):
        extract(DataSet(tmp_path), DEFAULT_COUNTING)


def test_benign_tissue_has_no_tumour_nuclei_and_other_words_for_them_are_told(tmp_path: Path):
    write(tmp_path / "benign" / "contours" / "a.csv", row("lymphocyte"), row("fibroblast"))
    found = extract(DataSet(tmp_path / "benign"), DEFAULT_COUNTING)
    assert [counts.density for counts in found.counts.values()] == [0.0]
    assert "every density is 0" in found.describe(DEFAULT_COUNTING)[-1]
    for group in ("tumour", "tumors", "tumor cell"):
        root = tmp_path / group
        write(root / "contours" / "a.csv", row("tumor"), row(group), row("stroma"))
        (told,) = extract(DataSet(root), DEFAULT_COUNTING).describe(DEFAULT_COUNTING)
        assert f"warning: the 1 nuclei of the group {group} do not count as tumor " in told
        counting = replace(DEFAULT_COUNTING, tumour=("tumor", group))
        assert extract(DataSet(root), counting).describe(counting) == []
    write(tmp_path / "other" / "contours" / "a.csv", row("lymphocyte"), row("neoplastic"))
    with pytest.raises(InputError, match="nuclei of the group tumor, found only lymphocyte"):
        extract(DataSet(tmp_path / "other"), DEFAULT_COUNTING)


numbers = st.floats() | st.integers(-10, 200)


@settings(max_examples=500, deadline=None)
@given(st.tuples(*[numbers] * 4))
def test_boxes_are_finite_numbers_or_refused(
    tmp_path_factory: pytest.TempPathFactory, box: tuple[float, ...]
) -> None:
    text = ",".join(map(str, box))
    root = tmp_path_factory.getbasetemp() / "boxes"
    write(root / "contours" / "f.csv", row("tumor", text))
    if all(abs(edge) < float("inf") for edge in box):
        found = extract(DataSet(root), DEFAULT_COUNTING)
        across, down = (box[0] + box[1]) / 2, (box[2] + box[3]) / 2
        assert found.reach["f"] == pytest.approx((across, down, across, down))
    else:
        with pytest.raises(InputError, match="expected numbers in xmin, xmax, ymin, ymax, found"):
            extract(DataSet(root), DEFAULT_COUNTING)
