"""Data_Extractor.py: the counts that it writes, its options, and the files that it accepts."""

import csv
import io
import json
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from common.nucls.annotations import read_groups
from hypothesis import given, settings
from hypothesis import strategies as st

HEADER = "{column},anchor_id,xmin,ymin,coords_x,coords_y"
# Field of view -> the groups of its rows; written in this order, which is not the names' order.
FIELDS = {
    "TCGA-B_left-2": ["tumor", "correction_tumor", "lymphocyte", "fov"],
    "TCGA-A_left-10": ["fov1", "mitotic_figure", "correction_lymphocyte", "unlabeled"],
    "TCGA-A_left-9": ["tumor", "tumor", "tumor"],
}
COUNTS = {
    "TCGA-A_left-10": {"tumour": 0, "total": 3},
    "TCGA-A_left-9": {"tumour": 3, "total": 3},
    "TCGA-B_left-2": {"tumour": 2, "total": 3},
}


def annotate(folder: Path, column: str = "group", encoding: str = "utf-8") -> Path:
    """Write FIELDS as annotation CSVs; return the data set."""
    folder.mkdir()
    for name, groups in FIELDS.items():
        rows = [f'{group},{number},1,2,"1,5,5","2,2,6"' for number, group in enumerate(groups)]
        text = "\n".join([HEADER.format(column=column), *rows, ""])
        (folder / f"{name}.csv").write_text(text, encoding=encoding)
    return folder.parent


@pytest.fixture
def extract(project: Path, start):
    """Give a function that starts Data_Extractor.py with arguments."""
    return lambda *arguments: start(project / "Code" / "Data_Extractor.py", *arguments)


@pytest.mark.parametrize(
    ("folder", "column", "encoding"),
    [
        ("contours", "group", "utf-8"),
        ("contours", "group", "utf-8-sig"),
        ("csv", "raw_classification", "utf-8"),
    ],
)
def test_counts_by_name_without_corrections_and_field_marks(
    extract, tmp_path: Path, folder: str, column: str, encoding: str
):
    data_set = annotate(tmp_path / folder, column, encoding)
    done = extract("--dataset", data_set)
    assert (done.returncode, done.stderr) == (0, "")
    counts = json.loads((data_set / "test.json").read_text())
    assert counts == COUNTS
    assert list(counts) == list(COUNTS)
    assert {tuple(entry) for entry in counts.values()} == {("tumour", "total")}


def test_counts_of_the_sample_equal_an_independent_count(extract, sample: Path, tmp_path: Path):
    extract("--dataset", sample, "--output", tmp_path / "counts.json")
    counts = json.loads((tmp_path / "counts.json").read_text())
    files = {path.stem: path.read_text() for path in (sample / "contours").glob("*.csv")}
    assert list(counts) == sorted(files)
    for name, text in files.items():
        lines = text.splitlines()[1:]
        tumour = sum(",tumor," in line for line in lines)
        assert counts[name] == {"tumour": tumour, "total": len(lines)}


def test_prints_a_table_of_the_groups(extract, tmp_path: Path):
    data_set = annotate(tmp_path / "contours")
    lines = extract("--dataset", data_set, "--exclude-groups", "unlabeled").stdout.splitlines()
    assert lines[0] == f"data set: {data_set}"
    assert [line.split() for line in lines[1:7]] == [
        ["group", "nuclei"],
        ["tumor", "5", "tumour"],
        ["lymphocyte", "2"],
        ["mitotic_figure", "1"],
        ["unlabeled", "1", "left", "out"],
        ["all", "9"],
    ]
    assert lines[7:] == [f"3 fields of view -> {data_set / 'test.json'}"]


def test_options_choose_groups_and_the_file(extract, tmp_path: Path):
    data_set = annotate(tmp_path / "contours")
    output = tmp_path / "new folder" / "other.json"
    choice = ["--tumour-groups", "tumor", "mitotic_figure", "--exclude-groups", "unlabeled"]
    assert extract("--dataset", data_set, *choice, "--output", output).returncode == 0
    changed = COUNTS | {"TCGA-A_left-10": {"tumour": 1, "total": 2}}
    assert json.loads(output.read_text()) == changed
    assert not (data_set / "test.json").exists()


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (
            ["--tumour-groups", "tumour"],
            "error: expected nuclei of the group tumour, found only lymphocyte, mitotic_figure, "
            "tumor, unlabeled in {data_set}\n"
            "  Name the data set's own groups: Data_Extractor.py --tumour-groups, "
            "--exclude-groups.\n",
        ),
        (
            ["--exclude-groups", "tumor"],
            "error: expected a group either as tumour or excluded, found tumor as both\n",
        ),
    ],
)
def test_refuses_groups_that_make_no_sense(extract, tmp_path: Path, choice, message: str):
    data_set = annotate(tmp_path / "contours")
    done = extract("--dataset", data_set, *choice)
    assert (done.returncode, done.stderr) == (2, message.format(data_set=data_set))
    assert not (data_set / "test.json").exists()


def test_keeps_an_earlier_result(extract, tmp_path: Path):
    data_set = annotate(tmp_path / "contours")
    output = data_set / "test.json"
    extract("--dataset", data_set)
    again = extract("--dataset", data_set)
    assert again.returncode == 0
    assert again.stdout.endswith(f"-> {output} (already there, the same)\n")
    before = output.read_bytes()
    other = extract("--dataset", data_set, "--exclude-groups", "unlabeled")
    assert (other.returncode, other.stdout) == (2, "")
    assert other.stderr == (
        f"error: expected no earlier result, found one with other content in {output}\n"
        "  Move it away, or give --output.\n"
    )
    assert output.read_bytes() == before


def test_refuses_a_folder_as_output(extract, tmp_path: Path):
    data_set = annotate(tmp_path / "contours")
    done = extract("--dataset", data_set, "--output", tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: expected a file to write, found ")
    assert done.stderr.endswith(f" in {tmp_path}\n  Name another with --output.\n")


def test_without_options_takes_the_data_set_in_dataset(extract, project: Path, sample: Path):
    place = project / "Dataset" / "PsAreTruth_E-20211020T171415Z-001-F3" / "PsAreTruth_E"
    place.parent.mkdir()
    place.symlink_to(sample, target_is_directory=True)
    output = project / "Code" / "test.json"
    try:
        assert extract().returncode == 0
        assert len(json.loads(output.read_text())) == 12
    finally:
        output.unlink(missing_ok=True)
        place.unlink()
        place.parent.rmdir()


def test_the_original_reader_gives_the_same_densities(
    extract, project: Path, start, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    counts = tmp_path / "test.json"
    extract("--dataset", sample, "--output", counts)
    start(project / "Code" / "Density_Finder.py", "--counts", counts)
    ours = (tmp_path / "Density.npy").read_bytes()
    (tmp_path / "reader").mkdir()
    monkeypatch.chdir(tmp_path / "reader")
    labels = []
    for entry in json.loads(counts.read_text()).values():
        val = list(entry.values())
        labels.append(val[0] / val[1])
    np.save("Density", labels)
    assert np.load("Density.npy").dtype == np.float64
    assert len(set(labels)) > 2
    assert ours == Path("Density.npy").read_bytes()


text = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"))
# Spellings of one group that differ by case or form only are refused, as is "nan".
group = st.text("abcdefghinotuvz0123456789_é漢字ж", min_size=1).filter(
    lambda name: name not in ("nan", "none", "na")
)
marked = st.builds(
    "{}{}".format, st.sampled_from(["", "correction_", "fov", "correction_fov"]), group
)


@settings(deadline=None)
@given(
    rows=st.lists(st.tuples(marked, text, text)),
    encoding=st.sampled_from(["utf-8", "utf-8-sig"]),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_reads_whatever_a_csv_writer_writes(rows, encoding: str, ending: str):
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator=ending)
    writer.writerow(["", "coords_x", "group", "coords_y"])
    writer.writerows([number, xs, name, ys] for number, (name, xs, ys) in enumerate(rows))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "field.csv"
        path.write_bytes(written.getvalue().encode(encoding))
        found = Counter(read_groups(path))
    plain = [name.removeprefix("correction_") for name, _, _ in rows]
    assert found == Counter(name for name in plain if not name.startswith("fov"))
