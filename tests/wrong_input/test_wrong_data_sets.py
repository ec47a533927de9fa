"""Data sets that are missing, empty, or do not fit together."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from common.nucls.dataset import DataSet

HOW_TO = "Put NuCLS into Dataset/ as README.md says, or give --dataset DIR, or try --sample."
ALONE = "Add what is missing, or remove what is alone."
OTHER_DATA_SET = "Move the file away: it belongs to another data set, and is made anew."


def test_no_data_set(refused, tmp_path: Path, project: Path):
    missing = tmp_path / "missing"
    a_set = "a data set (a folder with contours/*.csv or csv/*.csv)"
    refused(f"{a_set}, found no such folder in {missing}\n  {HOW_TO}", "--dataset", missing)
    refused(f"{a_set}, found none in {project / 'Dataset'}\n  {HOW_TO}", given=False)


def test_two_data_sets(refused, tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / "sets" / name / "contours").mkdir(parents=True)
    message = f"one data set, found one, two in {tmp_path / 'sets'}\n  Name one with --dataset DIR."
    refused(message, "--dataset", tmp_path / "sets")


@pytest.mark.parametrize(("folder", "kind"), [("contours", "*.csv files"), ("rgbs", "pictures")])
def test_empty_folder(refused, data, folder: str, kind: str):
    shutil.rmtree(data.root / folder)
    (data.root / folder).mkdir()
    refused(f"{kind}, found none in {data.root / folder}\n  {HOW_TO}")


def test_no_folder_of_pictures(refused, data):
    shutil.rmtree(data.root / "rgbs")
    together = "Labels and pictures belong side by side: contours/ and rgbs/, or csv/ and rgb/."
    refused(f"a folder rgbs or rgb, found none in {data.root}\n  {together}")


def test_csv_without_its_picture(refused, data):
    data.png.unlink()
    expected = "a picture for each CSV"
    refused(f"{expected}, found none for {data.csv.stem} in {data.root}\n  {ALONE}")
    assert not (data.root / "test.json").exists()


def test_picture_without_its_csv(refused, data):
    data.csv.unlink()
    expected = "a CSV for each picture"
    refused(f"{expected}, found none for {data.png.stem} in {data.root}\n  {ALONE}")
    assert not (data.root / "test.json").exists()


def test_names_that_differ_only_in_case(refused, data):
    upper = data.csv.name
    lower = upper.replace("TCGA", "tcga")
    shutil.copy(data.csv, data.csv.with_name(lower))
    refused(
        "names that differ in more than upper and lower case, "
        f"found {upper} and {lower} in {data.root / 'contours'}\n"
        "  Rename or remove one: on Windows and macOS they are one file."
    )


@pytest.fixture
def counts(data, project: Path, start) -> dict[str, dict[str, int]]:
    """Let the extractor write the data set's test.json; return what it holds."""
    start(project / "Code" / "Data_Extractor.py", "--dataset", data.root)
    return json.loads((data.root / "test.json").read_bytes())


def test_counts_without_some_of_the_pictures(refused, data, counts):
    path = data.root / "test.json"
    names = list(counts)
    path.write_text(json.dumps({name: counts[name] for name in names[:-3]}))
    found = f"none for {names[-3]}, {names[-2]} and 1 more"
    refused(f"an entry for each picture, found {found} in {path}\n  {OTHER_DATA_SET}")


def test_counts_of_other_pictures(refused, data, counts):
    path = data.root / "test.json"
    path.write_text(json.dumps({"elsewhere": {"tumour": 1, "total": 2}, **counts}))
    found = "none for elsewhere"
    refused(f"only fields that have a picture, found {found} in {path}\n  {OTHER_DATA_SET}")


def test_counts_with_a_total_of_zero(refused, data, counts):
    path = data.root / "test.json"
    path.write_text(json.dumps(counts | {data.csv.stem: {"tumour": 0, "total": 0}}))
    refused(
        f"a total above 0, found 0 for {data.csv.stem} in {path}\n"
        "  A density needs nuclei: remove this field of view from the data set."
    )


def test_densities_of_other_counts(refused, data):
    path = data.root / "Density.npy"
    np.save(path, np.zeros(3))
    refused(
        f"no earlier result, found one with other content in {path}\n"
        "  Move it away, or give --output."
    )


def test_counts_named_by_hand(refused, data, tmp_path: Path):
    path = tmp_path / "mine.json"
    path.write_text("{")
    refused(
        "JSON, found Expecting property name enclosed in double quotes: line 1 column 2 (char 1) "
        f"in {path}\n  Make the file again with Data_Extractor.py.",
        "--counts",
        path,
    )


def test_limit_too_small_to_split(refused):
    message = "at least 2 fields of view to split, found 1"
    refused(f"{message}\n  Add fields of view (or raise --limit).", "--limit", 1)


def test_a_table_of_patients_of_other_fields(refused, data):
    table = data.root / "patients.csv"
    table.write_text(f"field,patient\n{data.png.name},P1\n")
    found = f"none ({data.png.name})"
    refused(f"fields of view of the data set, found {found} in {table}")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are Unix's")
def test_pipes_are_no_files(data):
    """Reading one would wait for ever."""
    annotations = DataSet(data.root).annotations
    os.mkfifo(data.root / "contours" / "pipe.csv")
    os.mkfifo(data.root / "rgbs" / "pipe.png")
    assert DataSet(data.root).annotations == annotations
    assert set(DataSet(data.root).pictures) == set(annotations)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("=1+2", "'=1+2' (a beginning that spreadsheets take for a formula)"),
        ("a\tb", "(a control character)"),
    ],
)
def test_names_that_tables_cannot_hold(data, start, project: Path, name: str, told: str):
    for path in (data.csv, data.png):
        path.rename(path.with_name(name + path.suffix))
    script = project / "LR_0_0001" / "Res50.py"
    done = start(script, "--dataset", data.root, "--weights", "none", "--output", data.output)
    assert done.returncode == 2
    expected = "error: expected names in UTF-8 of at most 200 bytes that are no formulas, found "
    assert done.stderr.startswith(expected)
    assert len(done.stderr.splitlines()) == 2
    assert not data.output.exists()
    assert told in done.stderr
