"""Compare.py: which logs and evaluations it takes, and what it leaves alone."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.faults import small_disk
from helpers.logs import make_log, ranked_rows
from helpers.scripts import Start, run_anew
from openpyxl import Workbook, load_workbook

BEST_MODEL = "best_model06-0.2000.h5"  # of a log that make_log makes with 0.2


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
    rows = ranked_rows(tmp_path / "out" / "comparison.xlsx", "block 1")
    assert [row["network"] for row in rows] == ["Res50"]


def write_evaluation(
    root: Path, model: str, mae: float | str, name: str = "evaluation", **more: object
) -> None:
    """Write an evaluation of a model of Res50 in LR_0_0001."""
    graphs = root / "LR_0_0001" / "Graphs" / "Res50"
    graphs.mkdir(parents=True, exist_ok=True)
    figures = {"mae": {"value": mae, "low": None, "high": None, "reason": "one patient"}}
    whole = {"model": model, "figures": figures} | more
    (graphs / f"{name}.json").write_text(json.dumps(whole))


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
    row = ranked_rows(tmp_path / "out" / "comparison.xlsx", "block 1")[0]
    assert row["mae"] == "0.200 (0.150 to 0.250)"
    assert "icc" not in row  # a column that no run fills


def test_an_evaluation_belongs_to_its_model(compare: Callable, tmp_path: Path) -> None:
    make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    write_evaluation(tmp_path, "best_model05-0.2100.h5", 0.11)
    compare()
    row = ranked_rows(tmp_path / "out" / "comparison.xlsx", "block 1")[0]
    assert not {"mae", "evaluated"} & set(row)
    write_evaluation(tmp_path, BEST_MODEL, 0.22, "evaluation-flips", **{"flips averaged": True})
    compare()
    row = ranked_rows(tmp_path / "out" / "comparison.xlsx", "block 1")[0]
    assert (row["mae"], row["evaluated"]) == ("0.220", "with flips")
    write_evaluation(tmp_path, BEST_MODEL, 0.21)
    compare()
    row = ranked_rows(tmp_path / "out" / "comparison.xlsx", "block 1")[0]
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
        assert len(ranked_rows(tmp_path / "out" / "comparison.xlsx", "block 1")) == 1


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
    (row,) = ranked_rows(tmp_path / "out" / "comparison.xlsx", "block 1")
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
    (row,) = ranked_rows(tmp_path / "out" / "comparison.xlsx", "block 1")
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
    assert len(ranked_rows(tmp_path / "out" / "comparison.xlsx", "block 1")) == 1


def test_nothing_to_compare(project: Path, start: Start, tmp_path: Path) -> None:
    done = start(project / "Code" / "Compare.py", tmp_path, "--output", tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: expected logs of runs, found none")
    assert not list(tmp_path.iterdir())


def test_a_copied_log_is_listed_once(compare: Callable, tmp_path: Path) -> None:
    log = make_log(tmp_path, "LR_0_0005", "Res50", 0.2)
    copy = tmp_path / "LR_0_0001" / "Log_Files" / "Res50" / "log0.xlsx"  # which is read first
    copy.parent.mkdir(parents=True)
    copy.write_bytes(log.read_bytes())
    assert f"left out: {copy}: a copy of {log}" in compare()
    rows = ranked_rows(tmp_path / "out" / "comparison.xlsx", "block 1")
    assert [row["folder"] for row in rows] == ["LR_0_0005"]


def test_a_log_in_a_folder_of_another_name_is_marked(compare: Callable, tmp_path: Path) -> None:
    log = make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    copy = tmp_path / "LR_0_0005" / log.relative_to(tmp_path / "LR_0_0001")
    copy.parent.mkdir(parents=True)
    log.rename(copy)
    compare()
    (row,) = ranked_rows(tmp_path / "out" / "comparison.xlsx", "block 1")
    assert row["folder"] == "LR_0_0001 (log in LR_0_0005)"
