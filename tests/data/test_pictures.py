"""Nuclei lie in their pictures: pictures that were halved and CSVs that were kept are refused."""

from pathlib import Path

import cv2
import pytest
from common.data.loading import load_labels
from common.nucls.counting import DEFAULT_COUNTING
from common.nucls.dataset import DataSet
from common.utils.errors import InputError
from helpers.nucls import inferred_truth


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
