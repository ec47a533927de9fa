"""Compare.py: what is ranked with what, and the page."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import cv2
import numpy as np
import pytest
from common.runs.run_fields import Answers
from helpers.logs import make_log, ranked_rows
from openpyxl import load_workbook
from scipy import stats
from statsmodels.stats.multitest import multipletests

NAMES = {"network", "learning rate", "dropout", "optimizer"}  # columns that say what they are


def test_ranks_by_val_mae_of_the_best_epoch(compare: Callable, tmp_path: Path) -> None:
    make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    make_log(tmp_path, "LR_0_001", "Res101", 0.15)
    make_log(tmp_path, "LR_0_001", "Res50", 0.18, number=1)
    compare()
    rows = ranked_rows(tmp_path / "out" / "comparison.xlsx", "block 1")
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
    assert load_workbook(book).sheetnames == ["block 1", "block 2"]
    for block in ("block 1", "block 2"):
        assert [row["rank"] for row in ranked_rows(book, block)] == [1]


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
