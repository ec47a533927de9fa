"""Compare.py: what is ranked with what, what is left out, and the files that come out."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import cv2
import numpy as np
import pytest
from common.runs.run_fields import Answers
from helpers.faults import small_disk
from helpers.logs import make_log
from helpers.scripts import Start, run_anew
from openpyxl import Workbook, load_workbook
from scipy import stats
from statsmodels.stats.multitest import multipletests

NAMES = {"network", "learning rate", "dropout", "optimizer"}  # columns that say what they are
BEST_MODEL = "best_model06-0.2000.h5"  # of a log that make_log makes with 0.2


@pytest.fixture
def compare(project: Path, start: Start, tmp_path: Path) -> Callable:
    """Give a function that compares the folders under tmp_path; results in tmp_path/out."""

    def run() -> str:
        folders = sorted(tmp_path.glob("LR_*"))
        done = start(project / "Code" / "Compare.py", *folders, "--output", tmp_path / "out")
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def table(path: Path, sheet: str) -> list[dict]:
    """Read the ranked rows of a sheet; the notes below them are passed over."""
    header, *rows = load_workbook(path)[sheet].values
    return [dict(zip(header, row, strict=True)) for row in rows if isinstance(row[0], int)]


def test_ranks_by_val_mae_of_the_best_epoch(compare: Callable, tmp_path: Path) -> None:
    make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    make_log(tmp_path, "LR_0_001", "Res101", 0.15)
    make_log(tmp_path, "LR_0_001", "Res50", 0.18, number=1)
    compare()
    rows = table(tmp_path / "out" / "comparison.xlsx", "block 1")
    assert [(row["network"], row["log"]) for row in rows] == [
        ("Res101", "log0.xlsx"),
        ("Res50", "log1.xlsx"),
        ("Res50", "log0.xlsx"),
    ]
    first = rows[0]
    assert (first["best epoch"], first["learning rate"], first["seconds"]) == (6, 0.001, 24)
    assert first["val_mae"] == pytest.approx(0.15)
    assert first["gap"] == pytest.approx(0.05)
    assert first["classical model"] == 0.2


def answered(shift: float, noise: float, seed: int) -> Answers:
    """Make answers for 100 fields of 25 patients, off by a shift and by noise."""
    random = np.random.default_rng(seed)
    true = np.full(100, 0.3)
    by = {"network": true + shift + random.normal(0, noise, 100), "classical model": true + 0.2}
    return Answers([f"field{at}" for at in range(100)], [f"P{at // 4}" for at in range(100)],
                   true, by)  # fmt: skip


def test_runs_that_cannot_be_told_from_the_best_share_its_rank(
    compare: Callable, tmp_path: Path
) -> None:
    given = [answered(0.1, 0.02, 0), answered(0.1, 0.021, 1), answered(0.15, 0.02, 2)]
    for network, val_mae, answers in zip(("Res50", "Res101", "Res152"), (0.1, 0.101, 0.15), given,
                                         strict=True):  # fmt: skip
        make_log(tmp_path, "LR_0_0001", network, val_mae, answers=answers)
    make_log(tmp_path, "LR_0_0001", "Res50_Conv_5", 0.3)  # of an earlier version
    printed = compare()
    header, *rows = load_workbook(tmp_path / "out" / "comparison.xlsx")["block 1"].values
    rows = [dict(zip(header, row, strict=True)) for row in rows[:4]]
    assert [row["rank"] for row in rows] == [1, "=1", 3, 4]
    assert [row["p"] is None for row in rows] == [True, False, False, True]
    errors = [np.abs(one.by["network"] - one.true).reshape(25, 4).mean(axis=1) for one in given]
    tests = [stats.ttest_rel(one, errors[0]) for one in errors[1:]]
    corrected = multipletests([one.pvalue for one in tests], method="holm")[1]
    assert [row["p"] for row in rows[1:3]] == pytest.approx(corrected)
    interval = tests[1].confidence_interval()
    expected = f"{(errors[2] - errors[0]).mean():+.4f} ({interval[0]:+.4f} to {interval[1]:+.4f})"
    assert rows[2]["val_mae - best"] == expected
    assert "    =1" in printed


@pytest.mark.parametrize(
    "other",
    [
        {"split": "by patient, fold 1 of 5"},
        {"seed": 1},
        {"data_set": "/data/other"},
        {"image_size": 96},
        {"fields_of_view": 99},
        {"labels": "another hash"},
        {"region": "picture"},
        {"tumour_groups": "tumor, lymphocyte"},
        {"pictures": "another hash"},
    ],
)
def test_incomparable_runs_stand_in_blocks_of_their_own(
    compare: Callable, tmp_path: Path, other: dict
) -> None:
    make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    make_log(tmp_path, "LR_0_001", "Res50", 0.1, **other)
    compare()
    book = tmp_path / "out" / "comparison.xlsx"
    assert load_workbook(book).sheetnames == ["block 1", "block 2", "left out"]
    for block in ("block 1", "block 2"):
        assert [row["rank"] for row in table(book, block)] == [1]


def test_a_log_in_a_folder_of_another_name_is_marked(compare: Callable, tmp_path: Path) -> None:
    log = make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    copy = tmp_path / "LR_0_0005" / log.relative_to(tmp_path / "LR_0_0001")
    copy.parent.mkdir(parents=True)
    log.rename(copy)
    compare()
    (row,) = table(tmp_path / "out" / "comparison.xlsx", "block 1")
    assert row["folder"] == "LR_0_0001 (log in LR_0_0005)"


def test_half_finished_damaged_and_foreign_files_are_reported_and_left_out(
    compare: Callable, tmp_path: Path
) -> None:
    good = make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    make_log(tmp_path, "LR_0_0001", "Res101", 0.1, end=None)
    damaged = make_log(tmp_path, "LR_0_0001", "Res152", 0.1)
    damaged.write_bytes(damaged.read_bytes()[:3000])
    foreign = good.with_name("log7.xlsx")
    Workbook().save(foreign)
    good.with_name("log8.xlsx").write_bytes(b"")
    older = load_workbook(good)
    names = [row[0] for row in older["run"].values]
    older["run"].delete_rows(1 + names.index("folder"))
    older.save(good.with_name("log9.xlsx"))
    printed = compare()
    assert "expected 'folder' in the sheet `run`, found none" in printed
    assert "expected a finished run, found 12 of 12 epochs" in printed
    assert printed.count("left out: expected") == 5
    assert str(damaged) in printed
    assert str(foreign) in printed
    rows = table(tmp_path / "out" / "comparison.xlsx", "block 1")
    assert [row["network"] for row in rows] == ["Res50"]


def test_intervals_of_an_evaluation_stand_in_the_table(compare: Callable, tmp_path: Path) -> None:
    make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    graphs = tmp_path / "LR_0_0001" / "Graphs" / "Res50"
    graphs.mkdir(parents=True)
    figures = {
        "mae": {"value": 0.2, "low": 0.15, "high": 0.25, "reason": ""},
        "icc": {"value": None, "low": None, "high": None, "reason": "all values are equal"},
    }
    (graphs / "evaluation.json").write_text(json.dumps({"model": BEST_MODEL, "figures": figures}))
    compare()
    row = table(tmp_path / "out" / "comparison.xlsx", "block 1")[0]
    assert row["mae"] == "0.200 (0.150 to 0.250)"
    assert "icc" not in row  # a column that no run fills


def test_page_is_self_contained_and_names_every_run(compare: Callable, tmp_path: Path) -> None:
    for folder in ("LR_0_0001", "LR_0_001"):
        for network in ("Res50", "Res101_Conv_5"):
            make_log(tmp_path, folder, network, 0.2)
    compare()
    page = (tmp_path / "out" / "comparison.html").read_text()
    assert not re.search(r"""src=["'](?!data:)""", page)
    targets = [unquote(one) for one in re.findall(r'href="([^"]*)"', page)]
    assert len(targets) == 8  # folder and log of each run
    assert all((tmp_path / "out" / one).exists() for one in targets)
    assert page.count("<tr") == 5
    assert page.count("data:image/png") == 1  # heat map
    assert page.count("<polyline") == 4  # the runs' curves, in charts of two learning rates
    assert page.count("classical model 0.2000") == 2  # a level of each chart
    headings = re.findall(r"<th[^>]*>([^<]+)", page)
    assert set(re.findall(r'<th title="[^"]+">([^<]+)', page)) >= set(headings) - NAMES
    assert cv2.imread(str(tmp_path / "out" / "comparison.png")) is not None


def test_nothing_to_compare(project: Path, start: Start, tmp_path: Path) -> None:
    done = start(project / "Code" / "Compare.py", tmp_path, "--output", tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: expected logs of runs, found none")
    assert not list(tmp_path.iterdir())


def write_evaluation(
    root: Path, model: str, mae: float | str, name: str = "evaluation", **more: object
) -> None:
    """Write an evaluation of a model of Res50 in LR_0_0001."""
    graphs = root / "LR_0_0001" / "Graphs" / "Res50"
    graphs.mkdir(parents=True, exist_ok=True)
    figures = {"mae": {"value": mae, "low": None, "high": None, "reason": "one patient"}}
    whole = {"model": model, "figures": figures} | more
    (graphs / f"{name}.json").write_text(json.dumps(whole))


def test_an_evaluation_belongs_to_its_model(compare: Callable, tmp_path: Path) -> None:
    make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    write_evaluation(tmp_path, "best_model05-0.2100.h5", 0.11)
    compare()
    row = table(tmp_path / "out" / "comparison.xlsx", "block 1")[0]
    assert not {"mae", "evaluated"} & set(row)
    write_evaluation(tmp_path, BEST_MODEL, 0.22, "evaluation-flips", **{"flips averaged": True})
    compare()
    row = table(tmp_path / "out" / "comparison.xlsx", "block 1")[0]
    assert (row["mae"], row["evaluated"]) == ("0.220", "with flips")
    write_evaluation(tmp_path, BEST_MODEL, 0.21)
    compare()
    row = table(tmp_path / "out" / "comparison.xlsx", "block 1")[0]
    assert (row["mae"], row["evaluated"]) == ("0.210", "plain")


@pytest.mark.parametrize(
    "odd", ['{"model": 3}', "[" * 100_000, "", '"text"', '{"figures": {"mae": 1}}']
)
def test_an_odd_evaluation_leaves_the_run_in_its_place(
    compare: Callable, tmp_path: Path, odd: str
) -> None:
    make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    write_evaluation(tmp_path, BEST_MODEL, "a lot")
    path = tmp_path / "LR_0_0001" / "Graphs" / "Res50" / "evaluation.json"
    for content in (path.read_text(), odd):
        path.write_text(content)
        assert (
            f"left out: expected an evaluation, found none that can be read in {path}" in compare()
        )
        assert len(table(tmp_path / "out" / "comparison.xlsx", "block 1")) == 1


def test_a_copied_log_is_listed_once(compare: Callable, tmp_path: Path) -> None:
    log = make_log(tmp_path, "LR_0_0005", "Res50", 0.2)
    copy = tmp_path / "LR_0_0001" / "Log_Files" / "Res50" / "log0.xlsx"  # which is read first
    copy.parent.mkdir(parents=True)
    copy.write_bytes(log.read_bytes())
    assert f"left out: {copy}: a copy of {log}" in compare()
    rows = table(tmp_path / "out" / "comparison.xlsx", "block 1")
    assert [row["folder"] for row in rows] == ["LR_0_0005"]


def test_runs_that_answer_alike_come_last_and_have_no_rank(
    compare: Callable, tmp_path: Path
) -> None:
    make_log(tmp_path, "LR_0_0001", "Res50", 0.35)
    make_log(tmp_path, "LR_0_01", "Res50", 0.2034, val_spread=0.0)
    make_log(tmp_path, "LR_0_001", "Res50", 0.21, val_spread=0.2)
    printed = compare()
    _, *rows = load_workbook(tmp_path / "out" / "comparison.xlsx")["block 1"].values
    assert [row[0] for row in rows[:3]] == [1, 2, "answers alike"]
    assert [row[3] for row in rows[:3]] == ["LR_0_001", "LR_0_0001", "LR_0_01"]
    assert printed.index("answers alike") > printed.index("LR_0_001 ")
    page = (tmp_path / "out" / "comparison.html").read_text()
    (best,) = re.findall(r'<tr class="best">.*?</tr>', page)
    assert "LR_0_001<" in best


def test_what_people_write_into_a_log_is_passed_over(compare: Callable, tmp_path: Path) -> None:
    log = make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    book = load_workbook(log)
    book["run"]["C3"] = "note: the old camera"
    book["run"].append(["a note"])
    book["log"]["Z2"] = "warm-up"
    book["log"].append([None, None, "mean of the above"])
    book["baselines"].append([])
    book["fields"].append(["to be looked at again"])
    book.create_sheet("my notes", 0)
    book.save(log)
    compare()
    (row,) = table(tmp_path / "out" / "comparison.xlsx", "block 1")
    assert (row["epochs"], row["val_mae"]) == (12, pytest.approx(0.2))


@pytest.mark.parametrize(("sheet", "cell"), [("log", "C4"), ("baselines", "B2"), ("log", "A3")])
def test_a_number_that_cannot_be_read_leaves_one_log_out(
    compare: Callable, tmp_path: Path, sheet: str, cell: str
) -> None:
    make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    log = make_log(tmp_path, "LR_0_0001", "Res101", 0.1)
    book = load_workbook(log)
    book[sheet][cell] = "0,001"
    book.save(log)
    printed = compare()
    assert (
        "left out: expected a log of a network script, found a cell that cannot be read" in printed
    )
    assert str(log) in printed
    (row,) = table(tmp_path / "out" / "comparison.xlsx", "block 1")
    assert row["network"] == "Res50"


@pytest.mark.parametrize("name", ["comparison.xlsx", "comparison.png", "comparison.html"])
def test_a_users_own_file_is_not_replaced(
    project: Path, start: Start, tmp_path: Path, name: str
) -> None:
    make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    own = tmp_path / name
    own.write_text("a user's own")
    done = start(project / "Code" / "Compare.py", tmp_path / "LR_0_0001", "--output", tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        f"error: expected no file, or an earlier result, found another file in {own}\n"
        "  Move it away, or give --output DIR.\n"
    )
    assert own.read_text() == "a user's own"
    assert len(list(tmp_path.glob("comparison*"))) == 1


def test_a_full_disk_leaves_the_earlier_results(
    project: Path, compare: Callable, tmp_path: Path
) -> None:
    make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    compare()
    earlier = {path: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    command = [project / "Code" / "Compare.py", tmp_path / "LR_0_0001", "--output"]
    no_pyc = {"PYTHONDONTWRITEBYTECODE": "1"}
    done = run_anew(*command, tmp_path / "out", before=small_disk(0.001), env=no_pyc)
    assert done.returncode == 1
    expected = "error: expected files that can be read and written, found File too large in "
    assert done.stderr.startswith(expected + str(tmp_path / "out" / "comparison."))
    assert {path: path.read_bytes() for path in (tmp_path / "out").iterdir()} == earlier


def test_a_folder_that_is_named_twice_is_read_once(
    project: Path, start: Start, tmp_path: Path
) -> None:
    make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    folders = [tmp_path / "LR_0_0001", tmp_path, tmp_path / "LR_0_0001" / ".." / "LR_0_0001"]
    done = start(project / "Code" / "Compare.py", *folders, "--output", tmp_path / "out")
    assert "left out" not in done.stdout
    assert len(table(tmp_path / "out" / "comparison.xlsx", "block 1")) == 1
