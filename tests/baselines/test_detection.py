"""Nuclei counted by classical detection, on pictures whose nuclei are known."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from common.baselines.detection import answer_by_detection
from common.images.picture_file import PictureFile

LARGE, SMALL, LONG = (12, 10), (7, 7), (14, 5)  # half axes, px
EDGE, APART = 160, 32  # px
EOSIN, HAEMATOXYLIN = np.array([0.08, 0.30, 0.21]), np.array([0.65, 0.83, 0.47])  # density
# Of each kind, in fields that differ in all three.
KINDS = [(0, 20, 5), (20, 0, 5), (9, 8, 7), (10, 14, 0), (3, 18, 3), (0, 15, 10)]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUMOUR_DENSITY_CACHE", str(tmp_path / "cache"))


def painted(path: Path, counts: tuple[int, int, int], seed: int) -> PictureFile:
    """Paint ellipses that do not touch, in a grid, with noise."""
    random = np.random.default_rng(seed)
    amount = np.zeros((EDGE, EDGE), np.float32)
    places = random.permutation(APART // 2 + APART * np.array([*np.ndindex(5, 5)]))
    axes = [LARGE] * counts[0] + [SMALL] * counts[1] + [LONG] * counts[2]
    for (x, y), shape in zip(places.tolist(), axes, strict=False):
        cv2.ellipse(amount, (x, y), shape, float(random.uniform(0, 180)), 0, 360, 1.0, -1)
    amount = cv2.GaussianBlur(amount, (0, 0), 1)[..., None]
    light = 255 * np.exp(-EOSIN - amount * HAEMATOXYLIN) + random.normal(0, 3, (EDGE, EDGE, 3))
    cv2.imwrite(str(path), np.clip(light, 0, 255).astype(np.uint8)[..., ::-1])
    return PictureFile(path)


def answers(files: list[PictureFile]) -> np.ndarray:
    return answer_by_detection(files, np.arange(4), np.arange(len(files)))


def test_large_round_nuclei_are_counted_among_all(tmp_path: Path) -> None:
    files = [painted(tmp_path / f"{at}.png", counts, at) for at, counts in enumerate(KINDS)]
    expected = [large / (large + small + long) for large, small, long in KINDS]
    np.testing.assert_allclose(answers(files), expected, atol=1e-9)


@pytest.mark.parametrize("factor", [0.5, 1.5])
def test_the_size_of_nuclei_is_found_in_the_pictures(tmp_path: Path, factor: float) -> None:
    files = [painted(tmp_path / f"{at}.png", counts, at) for at, counts in enumerate(KINDS)]
    before = answers(files)
    for file in files:
        resized = cv2.resize(cv2.imread(str(file.path)), None, fx=factor, fy=factor)
        cv2.imwrite(str(file.path), resized)
    np.testing.assert_allclose(answers(files), before, atol=0.1)


@pytest.mark.parametrize("paint", [lambda: 245, lambda: np.random.default_rng(0).integers(0, 9, 3)])
def test_pictures_without_nuclei_have_none(tmp_path: Path, paint: Callable[[], int]) -> None:
    """Glass, and one colour of which Otsu's threshold leaves nothing."""
    files = []
    for at in range(5):
        path = tmp_path / f"{at}.png"
        cv2.imwrite(str(path), np.full((64, 64, 3), paint(), np.uint8))
        files.append(PictureFile(path))
    np.testing.assert_array_equal(answers(files), 0)
