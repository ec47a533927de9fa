"""What makes the figures of a cross-validation too good is said with them, and on their page."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from common.cross_validation.plan import FoldJob
from common.cross_validation.pooled import Pooled, Trained
from common.cross_validation.report import report
from common.runs.paths import paths_of
from helpers.logs import make_log

LEAK = "in 1 of 2 runs training and validation show the same patients or pictures"
CHOSEN = "in 2 of 2 runs the best epoch was chosen on the fields that are reported"
UNKNOWN = "the patients of 7 fields are not known: each stands for itself"


def pooled() -> Pooled:
    random, count = np.random.default_rng(0), 40
    true, folds = random.random(count), np.repeat([1, 2], count // 2)
    names, patients = zip(*((f"field{at}", f"P{at // 2}") for at in range(count)), strict=True)
    answers = random.random((1, count))
    others = {"classical model": random.random(count)}
    key = ("patient", Trained("Res50", "LR_0_0001"), [0])
    return Pooled(*key, folds, names, patients, true, answers, others)


def test_leaks_and_choices_are_told(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    entries = [{"patients on both sides": 3}, {"names that tell no patient": 7}]
    logs = [
        make_log(tmp_path / str(at), "LR_0_0001", "Res50", 0.2, **one)
        for at, one in enumerate(entries)
    ]
    starts = [SimpleNamespace(start=SimpleNamespace(paths=paths_of(log))) for log in logs]
    report(tmp_path, [FoldJob(one, "patient", 1, 0) for one in starts], [pooled()])
    told, page = capsys.readouterr().out, (tmp_path / "cross_validation.html").read_text()
    for warning in (LEAK, CHOSEN, UNKNOWN):
        assert warning in told
        assert warning in page
