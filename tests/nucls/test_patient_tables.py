"""patients.csv stands in for names that tell no patient."""

from pathlib import Path

import pytest
from common.data.loading import load_labels
from common.nucls.counting import DEFAULT_COUNTING
from common.nucls.dataset import find_data_set
from common.splits.audit import audit_split
from common.splits.methods import SplitRequest, make_split
from common.utils.errors import InputError
from helpers.nucls import (
    paint,
    scattered,
    write_annotations,
)


def named_by_nobody(root: Path, count: int = 12) -> list[str]:
    """Write fields whose names tell nothing; a table names four patients of two hospitals."""
    names = [f"field{at:02d}" for at in range(count)]
    for at, name in enumerate(names):
        write_annotations(root / "contours" / f"{name}.csv", scattered(at), "group")
        paint(root / "rgbs" / f"{name}.png", scattered(at))
    rows = [f"{name},P{at % 4},S{at % 4},H{at % 2}" for at, name in enumerate(names)]
    (root / "patients.csv").write_text("\n".join(["field,patient,slide,hospital", *rows, ""]))
    return names


@pytest.mark.parametrize("by", ["patient", "hospital"])
def test_a_table_of_patients_stands_in_for_names(by: str, tmp_path: Path) -> None:
    named_by_nobody(tmp_path)
    labels = load_labels(find_data_set(tmp_path), tmp_path / "test.json", DEFAULT_COUNTING)
    split = make_split(by, SplitRequest(labels.fields, folds=2))
    sides = [{getattr(labels.fields[at].origin, by) for at in side}
             for side in (split.train, split.validation)]  # fmt: skip
    assert not sides[0] & sides[1]
    assert len(sides[0] | sides[1]) == (4 if by == "patient" else 2)
    first = make_split("first-1000", SplitRequest(labels.fields))
    audit = audit_split(labels.fields, first, range(len(labels.fields)), [b""] * len(labels.fields))
    assert (audit.patients, audit.slides, audit.unknown) == (4, 4, 0)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("field00,P9,,", "two for field00"),
        ("field99,,,", "none in row 14"),
        (",P1,,", "none in row"),
    ],
)
def test_a_wrong_table_of_patients_is_refused(line: str, found: str, tmp_path: Path) -> None:
    named_by_nobody(tmp_path)
    with (tmp_path / "patients.csv").open("a") as file:
        file.write(line + "\n")
    with pytest.raises(InputError, match=found):
        load_labels(find_data_set(tmp_path), tmp_path / "test.json", DEFAULT_COUNTING)


def test_tables_that_are_not_utf8_are_told(tmp_path: Path) -> None:
    named_by_nobody(tmp_path)
    table = "field,patient,slide,hospital\nfield00,P,S,Universit\xe4t\n"
    (tmp_path / "patients.csv").write_bytes(table.encode("cp1252"))
    with pytest.raises(InputError, match="text in UTF-8, found byte 0xe4"):
        load_labels(find_data_set(tmp_path), tmp_path / "test.json", DEFAULT_COUNTING)
