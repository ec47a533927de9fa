"""How well people agree, against counts over the files themselves and pingouin; Evaluate.py."""

import csv
import json
import re
from collections import defaultdict
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pingouin
import pytest
from common.data.raters import rated_fields
from common.evaluation.people import agreement_of_people, find_people
from common.nucls.counting import DEFAULT_COUNTING
from common.nucls.dataset import DataSet
from common.utils.errors import InputError
from helpers.nucls import raw_raters, scattered, write_annotations
from helpers.scripts import run


def published(root: Path) -> DataSet:
    """Write raw multi-rater files of three people; the last has not labelled all fields."""
    raw_raters(root, raters=3, count=9)
    for path in sorted((root / "R2.1").glob("*/*"))[::4]:
        path.unlink()
    return DataSet(root)


def densities(root: Path) -> pd.DataFrame:
    """Read the files with csv alone: a row a rater and field; tissue is what follows the rater."""
    rows = []
    for path in root.glob("*/csv/*.csv"):
        with path.open(newline="") as file:
            names = [row["raw_classification"] for row in csv.DictReader(file)]
        groups = [name.removeprefix("correction_") for name in names]
        nuclei = [group for group in groups if not group.lower().startswith("fov")]
        rater, _, tissue = path.stem.partition("_#_E_#_")
        patient = re.match(r"TCGA-\w+-\w+", tissue)[0]
        rows.append((rater, tissue, patient, nuclei.count("tumor"), len(nuclei)))
    return pd.DataFrame(rows, columns=["rater", "tissue", "patient", "tumour", "total"])


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published(tmp_path_factory.mktemp("raters") / "Raw").root


def test_two_raters_are_compared_on_every_field_of_both(root: Path) -> None:
    people = agreement_of_people(rated_fields(DataSet(root), DEFAULT_COUNTING))
    table = densities(root)
    table["density"] = table.tumour / table.total
    wide = table.pivot(index="tissue", columns="rater", values="density")
    pairs = [
        (wide.loc[tissue, a], wide.loc[tissue, b])
        for tissue in wide.index
        for a, b in permutations(wide.columns, 2)
        if wide.loc[tissue, [a, b]].notna().all()
    ]
    assert people.fields == len(wide)
    assert len(pairs) < 6 * len(wide)  # somebody has left some out
    one, other = np.array(pairs).T
    assert people.between["mae"].value == pytest.approx(np.abs(one - other).mean())
    assert people.between["pearson_r"].value == pytest.approx(np.corrcoef(one, other)[0, 1])
    sides = ["a"] * len(pairs) + ["b"] * len(pairs)
    long = pd.DataFrame({"pair": [*range(len(pairs))] * 2, "side": sides})
    long["density"] = [*one, *other]
    found = pingouin.intraclass_corr(long, "pair", "side", "density").set_index("Type")
    row = next(name for name in found.index if name in ("ICC2", "ICC(A,1)"))
    assert people.between["icc"].value == pytest.approx(found.loc[row, "ICC"], abs=1e-9)


def test_each_is_compared_with_the_nuclei_of_all_others(root: Path) -> None:
    people = agreement_of_people(rated_fields(DataSet(root), DEFAULT_COUNTING))
    table = densities(root)
    errors, patients = defaultdict(list), defaultdict(set)
    for row in table.itertuples():
        others = table[(table.tissue == row.tissue) & (table.rater != row.rater)]
        consensus = others.tumour.sum() / others.total.sum()
        errors[row.rater].append(abs(row.tumour / row.total - consensus))
        patients[row.rater].add(row.patient)
    assert set(people.raters) == set(errors)
    for name, found in people.raters.items():
        assert found.fields == len(errors[name])
        estimate = found.estimates["mae"]
        assert estimate.value == pytest.approx(np.mean(errors[name]))
        assert estimate.low <= estimate.value <= estimate.high
    whole = np.concatenate([*errors.values()])
    assert people.with_others["mae"].value == pytest.approx(whole.mean())
    assert people.patients == len(set().union(*patients.values()))


def test_a_field_that_one_person_labelled_twice_is_no_pair(tmp_path: Path) -> None:
    raw_raters(tmp_path / "Raw", raters=2, count=3)
    first, *_ = sorted((tmp_path / "Raw" / "R0.1" / "csv").glob("*.csv"))
    again = first.with_name(first.name.replace("_#_E_#_", "_#_U_#_"))
    write_annotations(again, scattered(99), "raw")
    fields = rated_fields(DataSet(tmp_path / "Raw"), DEFAULT_COUNTING)
    assert [sorted(field.counts) for field in fields] == [["R0.1", "R1.1"]] * 3
    assert [len(field.names) for field in fields] == [3, 2, 2]
    assert fields[0].counts["R0.1"].total == 24


def test_files_of_one_person_are_refused_as_those_of_several(sample: Path) -> None:
    with pytest.raises(InputError, match="expected fields that two raters labelled, found none"):
        find_people(sample, DataSet(sample), [], DEFAULT_COUNTING)
    assert find_people(None, DataSet(sample), [], DEFAULT_COUNTING) is None


@pytest.fixture(scope="module")
def evaluated(shallow: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train on a sample of several raters' files, and evaluate."""
    folder = tmp_path_factory.mktemp("people")
    code, data, output = shallow / "Code", folder / "PsAreTruth_E", folder / "output"
    options = ("--count", 24, "--size", 64, "--raters", 3, "--output", data)
    shown = ["--weights", "none", "--image-size", 32, "--epochs", 1, "--optimizer", "sgd",
             "--split", "patient", "--folds", 2]  # fmt: skip
    for script, *arguments in (
        (code / "Sample_Dataset.py", *options),
        (shallow / "LR_0_001" / "Res50.py", "--dataset", data, "--output", output, *shown,
         "--raters", "consensus"),
        (code / "Evaluate.py", output / "Log_Files" / "Res50" / "log0.xlsx"),
    ):  # fmt: skip
        done = run(script, *arguments)
        assert done.returncode == 0, done.stderr
    (folder / "told").write_text(done.stdout)
    return folder


@pytest.mark.slow
def test_evaluate_tells_people_beside_the_network(evaluated: Path) -> None:
    told = (evaluated / "told").read_text()
    graphs = evaluated / "output" / "Graphs" / "Res50"
    summary = json.loads((graphs / "evaluation.json").read_text())
    people = summary["agreement of people"]
    assert people["fields"] == summary["fields"]  # of the evaluated tissue, and no other
    assert set(people["raters"]) == {"R1.1", "R2.1", "R3.1"}
    mae = people["two raters"]["mae"]["value"]
    assert f"    two raters: mae {mae:.3f}" in told
    assert set(people["two raters"]) == set(summary["figures"])
    fields = rated_fields(DataSet(evaluated / "PsAreTruth_E"), DEFAULT_COUNTING)
    with (graphs / "predictions.csv").open(newline="") as file:
        names = {row["field of view"] for row in csv.DictReader(file)}
    differences = [
        abs(one.density - other.density)
        for field in fields
        if names & set(field.names)
        for one, other in permutations(field.counts.values(), 2)
    ]
    assert mae == pytest.approx(np.mean(differences))
    assert mae > 0.01


@pytest.mark.slow
def test_files_that_tell_nothing_of_people_are_refused(
    evaluated: Path, project: Path, sample: Path
) -> None:
    log = evaluated / "output" / "Log_Files" / "Res50" / "log0.xlsx"
    done = run(project / "Code" / "Evaluate.py", log, "--multi-rater", sample)
    assert done.returncode == 2
    assert done.stderr.startswith("error: expected fields that two raters labelled, found none in ")
    assert len(done.stderr.splitlines()) == 2
