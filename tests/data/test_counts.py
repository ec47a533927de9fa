"""Density_Finder.py: what it prints, what it writes, and the counts that it refuses."""

import json
import statistics
from pathlib import Path

import numpy as np
import pytest
from common.data import counts as counts_module
from common.data.counts import counts_file
from common.nucls.dataset import DataSet
from common.splits.split import split_first
from common.utils.errors import InputError

REMEDY = "\n  Make the file again with Data_Extractor.py.\n"


@pytest.fixture
def find(project: Path, start):
    """Give a function that starts Density_Finder.py on a file of counts."""
    return lambda counts, *arguments: start(
        project / "Code" / "Density_Finder.py", "--counts", counts, *arguments
    )


def write_counts(path: Path, pairs: list[tuple[int, int]]) -> Path:
    """Write (tumour, total) pairs as counts of fields f0, f1, ..."""
    entries = {f"f{i}": {"tumour": pair[0], "total": pair[1]} for i, pair in enumerate(pairs)}
    path.write_text(json.dumps(entries))
    return path


@pytest.mark.parametrize(("fields", "train"), [(1438, 1000), (1440, 1000), (288, 200), (12, 8)])
def test_prints_the_lengths_and_figures(find, tmp_path: Path, fields: int, train: int):
    pairs = [(number % 7, 6 + number % 5) for number in range(fields)]
    done = find(write_counts(tmp_path / "test.json", pairs))
    values = [tumour / total for tumour, total in pairs]
    mean, spread = statistics.fmean(values), statistics.pstdev(values)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"labels length:  {fields}",
        f"train labels length:  {train}",
        f"val labels length:  {fields - train}",
        f"mean density {mean:.4f}, standard deviation {spread:.4f}",
        f"fields of view without tumour nuclei: {values.count(0)}",
        f"-> {tmp_path / 'Density.npy'}",
    ]


@pytest.mark.parametrize(
    ("count", "train", "description"),
    [
        (2, 1, "first 1000/1440 of 2 by name: 1 train, 1 validate"),
        (1000, 694, "first 1000/1440 of 1000 by name: 694 train, 306 validate"),
        (1001, 1000, "first 1000 of 1001 by name: 1000 train, 1 validate"),
    ],
)
def test_the_first_train_and_the_rest_validate(count: int, train: int, description: str):
    split = split_first(count)
    assert split.train.tolist() == list(range(train))
    assert split.validation.tolist() == list(range(train, count))
    assert split.description == description


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_fields_to_split(count: int):
    with pytest.raises(InputError, match=f"^expected at least 2 fields of view .* found {count}\n"):
        split_first(count)


def test_writes_densities_in_the_order_of_the_counts(find, tmp_path: Path):
    output = tmp_path / "other" / "labels.npy"
    counts = tmp_path / "counts.json"
    counts.write_text('{"z": {"tumour": 1, "total": 3}, "a": {"tumour": 2, "total": 2}}')
    assert find(counts, "--output", output).returncode == 0
    densities = np.load(output)
    assert densities.dtype == np.float64
    assert densities.tolist() == [1 / 3, 1.0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["counts.json", "other"]
    assert find(counts, "--output", output).stdout.endswith("(already there, the same)\n")


def test_keeps_densities_of_other_counts(find, tmp_path: Path):
    counts = write_counts(tmp_path / "test.json", [(1, 2), (0, 2)])
    (tmp_path / "Density.npy").write_bytes(b"earlier")
    done = find(counts)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "error: expected no earlier result, found one with other content in "
        f"{tmp_path / 'Density.npy'}\n  Move it away, or give --output.\n"
    )
    assert (tmp_path / "Density.npy").read_bytes() == b"earlier"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "the file of counts, found none in {path}" + REMEDY),
        (
            "tumour,total",
            "JSON, found Expecting value: line 1 column 1 (char 0) in {path}" + REMEDY,
        ),
        ("[1, 2]", "a JSON object of fields of view, found something else in {path}" + REMEDY),
        ("{}", "a JSON object of fields of view, found something else in {path}" + REMEDY),
        (
            '{"f1": {"tumor": 1, "total": 2}}',
            "{{\"tumour\": n, \"total\": m}}, found {{'tumor': 1, 'total': 2}} for f1 in {path}"
            + REMEDY,
        ),
        (
            '{"f1": {"total": 2, "tumour": 1}}',
            "{{\"tumour\": n, \"total\": m}}, found {{'total': 2, 'tumour': 1}} for f1 in {path}"
            + REMEDY,
        ),
        ('{"f1": 0.5}', '{{"tumour": n, "total": m}}, found 0.5 for f1 in {path}' + REMEDY),
        (
            '{"f0": {"tumour": 1, "total": 2}, "f1": {"tumour": 3, "total": 2}}',
            "whole numbers, 0 <= tumour <= total, found {{'tumour': 3, 'total': 2}} for f1 in "
            "{path}" + REMEDY,
        ),
        (
            '{"f1": {"tumour": 1.0, "total": 2}}',
            "whole numbers, 0 <= tumour <= total, found {{'tumour': 1.0, 'total': 2}} for f1 in "
            "{path}" + REMEDY,
        ),
        (
            '{"f0": {"tumour": 1, "total": 2}, "f1": {"tumour": 0, "total": 0}}',
            "a total above 0, found 0 for f1 in {path}\n"
            "  A density needs nuclei: remove this field of view from the data set.\n",
        ),
        (
            '{"f1": {"tumour": 1, "total": 2}, "f1": {"tumour": 0, "total": 2}}',
            "JSON, found the name 'f1' twice in {path}" + REMEDY,
        ),
        (
            '{"f1": {"tumour": 1, "total": 2}}',
            "at least 2 fields of view to split, found 1\n"
            "  Add fields of view (or raise --limit).\n",
        ),
    ],
)
def test_refuses_wrong_counts(find, tmp_path: Path, content: str | None, message: str):
    path = tmp_path / "test.json"
    if content is not None:
        path.write_text(content)
    done = find(path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: expected {message.format(path=path)}"
    assert not (tmp_path / "Density.npy").exists()


@pytest.mark.parametrize(
    ("there", "used"),
    [
        ((), "LR/Code/Res50"),
        (("Code",), "Code"),
        (("Code", "LR/Code/Res50"), "LR/Code/Res50"),
        (("LR/Code/Res50",), "LR/Code/Res50"),
    ],
)
def test_a_dropout_folder_without_counts_of_its_own_uses_those_of_code(
    there: tuple[str, ...], used: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(counts_module, "PROJECT", tmp_path)
    own = tmp_path / "LR" / "Code" / "Res50"
    for folder in (tmp_path / "Code", own):
        folder.mkdir(parents=True)
    for folder in there:
        (tmp_path / folder / "test.json").touch()
    found = counts_file(DataSet(tmp_path), named=False, own_folder=own)
    assert found == tmp_path / used / "test.json"
    assert counts_file(DataSet(tmp_path), named=True, own_folder=own) == tmp_path / "test.json"
