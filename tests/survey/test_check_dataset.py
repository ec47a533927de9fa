"""Check_Dataset.py: what it says of a data set, its page, and when training would be refused."""

import base64
import re
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from helpers.nucls import inferred_truth, single_rater
from helpers.scripts import CODE, Start

pytestmark = pytest.mark.slow
SCRIPT = CODE / "Check_Dataset.py"


def test_a_good_data_set(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    fields = single_rater(tmp_path / "set", region=(20, 10, 110, 100))
    options = ("--dataset", tmp_path / "set", "--output", tmp_path, "--image-size", 64)
    done = start(SCRIPT, *options, "--split", "nucls", "--fold", 2)
    assert done.returncode == 0, done.stderr
    assert "the corrected single-rater set of NuCLS" in done.stdout
    assert f"  {len(fields)} fields of view, " in done.stdout
    assert "4 patients, 4 slides, 4 hospitals, no known raters" in done.stdout
    assert "pictures: 90 px wide, 90 px high" in done.stdout
    assert "0 pairs of fields overlap on their slide" in done.stdout
    assert "NuCLS fold 2: 9 train, 3 validate" in done.stdout
    assert "audit of the split: nothing on both sides\n" in done.stdout
    assert "the ImageNet weights of ResNet50, with which runs begin, are not in " in done.stdout
    page = (tmp_path / "dataset.html").read_text()
    assert not re.search(r"""(?:src|href)=["'](?!data:)""", page)
    pictures = [base64.b64decode(one) for one in re.findall(r'base64,([^"]+)"', page)]
    assert len(pictures) == 1 + 12 + 6  # densities, fields, augmentation
    assert all(cv2.imdecode(np.frombuffer(one, np.uint8), 1).std() > 5 for one in pictures)
    assert not (tmp_path / "set" / "test.json").exists()


def test_what_training_would_refuse(start: Start, tmp_path: Path) -> None:
    root = tmp_path / "set"
    names = sorted(inferred_truth(root))
    for folder, kind in (("contours", "csv"), ("rgbs", "png")):
        # The same tissue once more, under another name.
        shutil.copy(root / folder / f"{names[1]}.{kind}", root / folder / f"B-{names[1]}.{kind}")
    (root / "rgbs" / f"{names[0]}.png").write_bytes(b"no picture")
    done = start(SCRIPT, "--dataset", root, "--output", tmp_path, "--image-size", 64)
    assert done.returncode == 1
    assert "1 pairs of fields overlap on their slide" in done.stdout
    assert f"cannot be used: {names[0]}: expected a whole picture" in done.stdout
    assert "training would be refused: expected a whole picture" in done.stdout
    done = start(SCRIPT, "--dataset", root, "--output", tmp_path, "--image-size", 64,
                 "--skip-bad-fields")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"  {len(names)} fields of view, " in done.stdout
    assert "patients on both sides: " in done.stdout
    assert "warning: both sides show the same patients or pictures" in done.stdout


def test_a_single_rater_set_that_is_not_whole_is_told(start: Start, tmp_path: Path) -> None:
    fields = single_rater(tmp_path / "set")
    done = start(SCRIPT, "--dataset", tmp_path / "set", "--output", tmp_path, "--image-size", 64)
    told = f"  note: {len(fields)} fields of view, where there are 1,744 of the published set"
    assert told in done.stdout
