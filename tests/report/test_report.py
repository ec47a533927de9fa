"""Report.py: what it shows, what it says is missing, links, hostile names, the checklist."""

import base64
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from urllib.parse import unquote

import cv2
import numpy as np
import pytest
from common.evaluation.kept import suffix_of
from common.report.checklist import SECTIONS
from common.report.facts import Facts
from helpers.logs import make_log
from helpers.scripts import CODE, Start
from openpyxl import load_workbook

HOSTILE = '"><script>alert(1)</script><img src=x onerror="alert(1)">{split}'
GRAPHS = ("predicted", "bland_altman", "error_by_nuclei", "calibration", "worst_fields")
MODEL = "best_model06-0.2000.h5"  # of a log that make_log makes with 0.2


class Page(HTMLParser):
    """A page as a browser reads it: its tags with their attributes, its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.text += data

    def values(self, name: str) -> list[str]:
        """Return the values of an attribute."""
        return [attributes[name] or "" for _, attributes in self.tags if name in attributes]


@pytest.fixture
def report(start: Start) -> Callable:
    """Give a function that reports on paths; returns what was printed."""

    def run(*paths: Path) -> str:
        done = start(CODE / "Report.py", *paths)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return run


def evaluate(log: Path, suffix: str = "", **entries: object) -> dict[str, bytes]:
    """Leave an evaluation as Evaluate.py does, its graphs small; returns them."""
    folder = log.parents[2] / "Graphs" / log.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    mae = {"value": 0.21, "low": 0.15, "high": 0.27, "reason": ""}
    blank = {"value": None, "low": None, "high": None, "reason": "all values are equal"}
    whole = {
        "model": MODEL,
        "data set": "/data/PsAreTruth_E",
        "fields": 100,
        "patients": 25,
        "interval": "95 %, bootstrap over patients",
        "figures": {"mae": mae, "icc": blank},
        "floor of counting noise": {"mae": 0.031, "rmse": 0.05},
        "intervals": {
            "level": 0.9,
            "told": "density +/- 0.400",
            "measured": "each patient's fields by the interval from all others",
            "coverage by promise": {"0.9": mae | {"value": 0.87}},
        },
        "agreement of people": {"two raters": {"mae": mae | {"value": 0.118}}},
    }
    (folder / f"evaluation{suffix}.json").write_text(json.dumps(whole | entries))
    graphs = {}
    for at, name in enumerate(GRAPHS):
        graphs[name] = cv2.imencode(".png", np.full((4, 4, 3), 40 * at, np.uint8))[1].tobytes()
        (folder / f"{name}{suffix}.png").write_bytes(graphs[name])
    return graphs


def page_of(log: Path, name: str = "report.html") -> Page:
    return Page(log.parents[2] / "Graphs" / log.parent.name / name)


def embedded(page: Page) -> list[bytes]:
    sources = page.values("src")
    assert all(one.startswith("data:image/png;base64,") for one in sources)
    return [base64.b64decode(one.partition(",")[2]) for one in sources]


def test_a_run_without_evaluation_says_how_to_make_it(report: Callable, tmp_path: Path) -> None:
    log = make_log(tmp_path, "LR_0_0001", "Res50", 0.2, **{"git_commit": "1234-dirty"})
    report(log)
    page = page_of(log)
    assert f"python {CODE / 'Evaluate.py'} {log}" in page.text
    assert "Best epoch 6 of 12, validation MAE 0.2000" in page.text
    assert "not below that of: classical model" in page.text  # both have 0.2
    assert "The code had changes that its commit does not hold" in page.text
    assert "classical model 0.2000" in page.text  # in the legend
    assert "first 1000/1440" in page.text
    assert not embedded(page)
    assert not page.values("href")


def test_an_evaluated_run(report: Callable, tmp_path: Path) -> None:
    log = make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    own = evaluate(log)
    other = evaluate(log, "-hospital", notes=["12 fields were seen in training"])
    report(log)
    page = page_of(log)
    assert embedded(page) == [*own.values(), *other.values()]
    measured = "each patient's fields by the interval from all others"
    assert f"Interval around an answer: density +/- 0.400; {measured}." in page.text
    assert "intervals that promise 0.9 held 0.870 (0.150 to 0.270)" in page.text
    for text in ("0.210 (0.150 to 0.270)", "0.118 (0.150 to 0.270)", "0.031", "patients: 25"):
        assert text in page.text
    assert "icc: all values are equal." in page.text
    assert "12 fields were seen in training" in page.text
    assert "a test on another data set" not in page.text
    assert "Data set hospital: mae 0.210" in page.text  # the answer to "external data"


def test_an_evaluation_of_another_model_is_not_shown(report: Callable, tmp_path: Path) -> None:
    log = make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    evaluate(log, model="best_model05-0.2100.h5")
    report(log)
    page = page_of(log)
    assert "evaluation.json is of another model" in page.text
    assert not embedded(page)
    assert "0.150 to 0.270" not in page.text


@pytest.mark.parametrize("odd", ["[" * 100_000, "", '{"model": 3, "figures": 1}'])
def test_an_odd_evaluation_is_said(report: Callable, tmp_path: Path, odd: str) -> None:
    log = make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    evaluate(log)
    graphs = log.parents[2] / "Graphs" / "Res50"
    (graphs / "evaluation.json").write_text(odd)
    report(log)
    assert "expected an evaluation, found none that can be read" in page_of(log).text


def test_what_is_no_picture_is_missing(report: Callable, tmp_path: Path) -> None:
    log = make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    evaluate(log)
    graphs = log.parents[2] / "Graphs" / "Res50"
    (graphs / "predicted.png").write_text("<svg onload=alert(1)>")
    (graphs / "worst_fields.png").unlink()
    report(log)
    page = page_of(log)
    assert "graphs of evaluation.json: predicted, worst_fields" in page.text
    assert len(embedded(page)) == 3


def test_an_evaluation_of_an_earlier_version_has_no_intervals(
    report: Callable, tmp_path: Path
) -> None:
    log = make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    evaluate(log, intervals={})
    (log.parents[2] / "Graphs" / "Res50" / "calibration.png").unlink()
    report(log)
    text = page_of(log).text
    assert "how often intervals around answers hold: an earlier version wrote" in text
    assert "graphs of evaluation.json" not in text


@pytest.mark.parametrize("name", ["flips", "run1", "x-flips", "x-run1", "x-with-training"])
def test_a_data_set_named_like_a_mark_is_no_validation(
    report: Callable, tmp_path: Path, name: str
) -> None:
    logs = [make_log(tmp_path, "LR_0_0001", "Res50", 0.2, number=at) for at in (0, 1)]
    evaluate(logs[0], suffix_of(name, with_training=False))
    for log in logs:
        report(log)
    first = page_of(logs[0]).text
    assert f"Data set {name}" in first
    assert not {"Validation fields", "seen in training"} & {*first.splitlines()}
    assert "Data set" not in page_of(logs[1], "report-run1.html").text


def test_one_odd_run_leaves_the_others_their_report(report: Callable, tmp_path: Path) -> None:
    good, bad = (make_log(tmp_path, "LR_0_0001", name, 0.2) for name in ("Res50", "Res101"))
    book = load_workbook(bad)
    book["fields"]["C2"] = "x"
    book.save(bad)
    (bad.parents[2] / "Graphs" / "Res101" / "evaluation.json").mkdir(parents=True)
    told = report(tmp_path)
    assert "left out: expected a log of a network script, found a cell that cannot be" in told
    page = Page(tmp_path / "study.html")
    assert "Finished runs: 1; blocks: 1" in page.text
    assert page_of(good).text


def test_runs_of_one_folder_have_reports_of_their_own(report: Callable, tmp_path: Path) -> None:
    logs = [make_log(tmp_path, "LR_0_0001", "Res50", 0.2, number=at) for at in (0, 1)]
    evaluate(logs[0])
    for log in logs:
        report(log)
    assert "0.210 (0.150 to 0.270)" in page_of(logs[0]).text
    second = page_of(logs[1], "report-run1.html")
    assert "Res50 in LR_0_0001 (run 1)" in second.text
    assert "0.210 (0.150 to 0.270)" not in second.text


def test_a_copied_run_is_called_that(report: Callable, tmp_path: Path) -> None:
    log = make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    report(log)
    told = "the log lies in LR_0_0005, but the run was trained in LR_0_0001"
    assert told not in page_of(log).text
    shutil.copytree(tmp_path / "LR_0_0001", tmp_path / "LR_0_0005")
    copy = tmp_path / "LR_0_0005" / log.relative_to(tmp_path / "LR_0_0001")
    report(copy)
    assert told in page_of(copy).text


def test_an_unfinished_run_is_called_that(report: Callable, tmp_path: Path) -> None:
    log = make_log(tmp_path, "LR_0_0001", "Res50", 0.2, end=None, epochs=50)
    report(log)
    page = page_of(log)
    assert "The run has not finished" in page.text
    assert "12 of 50 epochs are done" in page.text


def test_hostile_texts_stay_texts(report: Callable, tmp_path: Path) -> None:
    log = make_log(
        tmp_path, "LR_0_0001", "Res50", 0.2, data_set=HOSTILE, command=HOSTILE, split=HOSTILE,
        fields_left_out=HOSTILE, git_commit=HOSTILE,
    )  # fmt: skip
    evaluate(log, **{"data set": HOSTILE, "notes": [HOSTILE], "interval": HOSTILE})
    evaluate(log, "-&<b onclick=x>")
    report(tmp_path)
    for page in (page_of(log), Page(tmp_path / "study.html")):
        assert Counter(tag for tag, _ in page.tags)["script"] == 1  # ours
        assert "b" not in [tag for tag, _ in page.tags]
        assert not [name for _, given in page.tags for name in given if name.startswith("on")]
        assert page.text.count(HOSTILE) > 2


def test_a_folder_of_any_name(start: Start, tmp_path: Path) -> None:
    root = tmp_path / 'a "b" #1%20 \udcff <i>'  # a byte that is not UTF-8
    make_log(root, "LR_0_0001", "Res50", 0.2)
    done = start(CODE / "Report.py", ".", cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    page = Page(root / "study.html")
    assert all((root / unquote(one)).exists() for one in page.values("href"))
    start(CODE / "Report.py", ".", cwd=root / "LR_0_0001")
    assert '<a href=".">LR_0_0001</a>' in (root / "LR_0_0001" / "study.html").read_text()


def test_a_study_links_to_the_reports_of_its_runs(report: Callable, tmp_path: Path) -> None:
    names = ("Res50", "Res101")
    logs = [make_log(tmp_path, "LR_0_0001", name, 0.2 - 0.01 * len(name)) for name in names]
    make_log(tmp_path, "LR_0_001", "Res50", 0.1, seed=1)  # another block
    make_log(tmp_path, "LR_0_001", "Res152", 0.1, end=None)
    printed = report(tmp_path)
    assert "left out: expected a finished run" in printed
    page = Page(tmp_path / "study.html")
    targets = [unquote(one) for one in page.values("href")]
    reports = {one for one in targets if one.endswith("report.html")}
    assert len(reports) == 3
    assert all((tmp_path / one).exists() for one in targets)
    assert "Finished runs: 3; blocks: 2" in page.text
    assert "Res152" in page.text  # left out
    assert page.text.count(f"python {CODE / 'Evaluate.py'} ") == 3
    (best,) = (given for tag, given in page.tags if tag == "tr" and given.get("class") == "best")
    assert best
    assert "The best epoch was chosen on the validation fields themselves" in page.text
    assert page_of(logs[0]).text


def test_another_run_changes_a_report(report: Callable, tmp_path: Path) -> None:
    log = make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    report(log)
    make_log(tmp_path, "LR_0_0001", "Res50", 0.3)
    report(log)
    assert "validation MAE 0.3000" in page_of(log).text


@pytest.mark.parametrize("name", ["study.html", "LR_0_0001/Graphs/Res50/report.html"])
def test_a_users_own_page_is_not_replaced(start: Start, tmp_path: Path, name: str) -> None:
    make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    own = tmp_path / name
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("a user's own")
    done = start(CODE / "Report.py", tmp_path)
    assert done.returncode == 2
    assert f"found another file in {own}" in done.stderr
    assert own.read_text() == "a user's own"
    assert len(list(tmp_path.rglob("*.html"))) == 1


def test_wrong_input(start: Start, tmp_path: Path) -> None:
    log = make_log(tmp_path, "LR_0_0001", "Res50", 0.2)
    log.write_bytes(b"no workbook")
    missing, none = log.with_name("log1.xlsx"), tmp_path / "LR_0_01"
    none.mkdir()
    expected = {
        log: "a log of a network script, found none that can be read",
        missing: f"a log of a network script, found no file in {missing}\n",
        tmp_path / "none": "a learning-rate folder, found no such folder",
        none: f"logs of runs, found none in {none}\n  Train a network first.\n",
        tmp_path / "LR_0_0001": "at least one finished run, found none",
    }
    for path, text in expected.items():
        done = start(CODE / "Report.py", path)
        assert done.returncode == 2
        assert done.stderr.startswith(f"error: expected {text}")
        assert len(done.stderr.splitlines()) <= 2
    assert not list(tmp_path.rglob("*.html"))


def test_the_checklist_holds_every_item_once() -> None:
    items = [item for section in SECTIONS.values() for item in section]
    claim = [int(one) for item in items for one in item.claim.split(",") if one]
    assert sorted(claim) == list(range(1, 45))
    tripod = [item.tripod for item in items if item.tripod]
    assert len(set(tripod)) == len(tripod) == 52
    assert {int(re.match(r"\d+", one)[0]) for one in tripod} == set(range(1, 28))
    for item in items:
        asked = {name for _, name, _, _ in Formatter().parse(item.known) if name}
        assert asked <= set(Facts.__dataclass_fields__)
        assert "{" not in item.left
