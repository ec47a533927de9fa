"""Nuclei lie in their pictures: pictures that were halved and CSVs that were kept are refused."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from common.data.extraction import extract
from common.data.fields import FieldOfView
from common.data.loading import load_labels
from common.data.pictures import with_their_nuclei
from common.images.picture_file import PictureFile
from common.nucls.counting import DEFAULT_COUNTING
from common.nucls.dataset import DataSet
from common.utils.errors import InputError
from helpers.nucls import inferred_truth
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize("skip", [False, True])
def test_halved_pictures_with_whole_labels(tmp_path: Path, skip: bool) -> None:
    fields = inferred_truth(tmp_path, 3)
    data_set, counts = DataSet(tmp_path), tmp_path / "test.json"
    assert len(load_labels(data_set, counts, DEFAULT_COUNTING).fields) == 3
    halved = list(fields)[:2]
    for name in halved:
        path = str(tmp_path / "rgbs" / f"{name}.png")
        cv2.imwrite(path, cv2.resize(cv2.imread(path), (60, 60)))
    if skip:
        labels = load_labels(data_set, counts, DEFAULT_COUNTING, skip_odd=True)
        assert [field.name for field in labels.fields] == list(fields)[2:]
        assert set(labels.extraction.odd) == set(halved)
        return
    with pytest.raises(InputError, match="found 2 odd ones") as told:
        load_labels(data_set, counts, DEFAULT_COUNTING)
    assert "expected centres of nuclei in the picture of 60 x 60 px" in str(told.value)
    assert all(name in str(told.value) for name in halved)


EDGE = 80  # of the picture, px
spans = st.tuples(st.integers(-60, 140), st.integers(0, 60))  # where a box begins, how long it is


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data set with one picture, whose CSV an example writes."""
    root = tmp_path_factory.mktemp("boxes")
    for name in ("contours", "rgbs"):
        (root / name).mkdir()
    cv2.imwrite(str(root / "rgbs" / "f.png"), np.full((EDGE, EDGE, 3), 200, np.uint8))
    return root


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.tuples(spans, spans), min_size=1, max_size=4))
def test_boxes_may_reach_over_the_edge_but_centres_lie_in_the_picture(
    place: Path, boxes: list[tuple[tuple[int, int], tuple[int, int]]]
) -> None:
    lines = ["group,xmin,ymin,xmax,ymax"]
    lines += [f"tumor,{x},{y},{x + width},{y + height}" for (x, width), (y, height) in boxes]
    (place / "contours" / "f.csv").write_text("\n".join(lines))
    found = extract(DataSet(place), DEFAULT_COUNTING)
    field = FieldOfView("f", PictureFile(place / "rgbs" / "f.png"), found.counts["f"])
    centres = [(x + width / 2, y + height / 2) for (x, width), (y, height) in boxes]
    # px are rounded, so that a centre may lie one of them beside the picture
    inside = all(-1 <= edge <= EDGE + 1 for centre in centres for edge in centre)
    if inside:
        assert with_their_nuclei([field], found, skip_odd=False) == [field]
    else:
        with pytest.raises(InputError, match="expected centres of nuclei in the picture of 80 x"):
            with_their_nuclei([field], found, skip_odd=False)
