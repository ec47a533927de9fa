"""Copies of a picture are recognised, however they were turned, stored or cut; others are not."""

from functools import cache

import cv2
import numpy as np
from common.images.perceptual_hash import find_alike, perceptual_hashes
from hypothesis import given, settings
from hypothesis import strategies as st

EDGE, FIELDS = 120, 40


@cache
def painted() -> np.ndarray:
    """Paint nuclei of different sizes on stroma, as different from field to field as tissue is."""
    random = np.random.default_rng(0)
    fields = np.empty((FIELDS, EDGE, EDGE, 3), np.uint8)
    for field in fields:
        stroma = cv2.resize(random.normal(200, 25, (8, 8, 3)), (EDGE, EDGE))
        field[:] = np.clip(stroma, 0, 255)
        for x, y, radius in random.integers((0, 0, 5), (EDGE, EDGE, 12), (30, 3)).tolist():
            cv2.circle(field, (x, y), radius, (90, 40, 120), -1)
    return fields


@cache
def hashes() -> list[bytes]:
    return perceptual_hashes(painted())


def copied(picture: np.ndarray, turn: int, flip: bool, shift: int, quality: int) -> np.ndarray:
    picture = np.rot90(picture[:, ::-1] if flip else picture, turn)[shift:, shift:]
    picture = cv2.resize(np.ascontiguousarray(picture), (EDGE, EDGE))
    coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(coded, cv2.IMREAD_COLOR)


@settings(max_examples=500, deadline=None)
@given(
    st.integers(0, FIELDS - 1), st.integers(0, 3), st.booleans(), st.integers(0, 2),
    st.integers(40, 95),
)  # fmt: skip
def test_a_copy_is_like_its_own_field_only(
    at: int, turn: int, flip: bool, shift: int, quality: int
) -> None:
    copy = perceptual_hashes(copied(painted()[at], turn, flip, shift, quality)[None])
    assert find_alike(copy, [hashes()[at]]).tolist() == [True]
    assert find_alike(copy, hashes()[:at] + hashes()[at + 1 :]).tolist() == [False]


def test_fields_that_differ_are_not_alike() -> None:
    for at, one in enumerate(hashes()):
        assert not find_alike([one], hashes()[:at] + hashes()[at + 1 :]).any()


def test_flat_pictures_are_like_nothing() -> None:
    flat = perceptual_hashes(np.full((2, 64, 64, 3), (240, 240, 241), np.uint8))
    assert flat == [b"", b""]
    assert not find_alike(flat, [*flat, *hashes()]).any()
    assert find_alike([b"", hashes()[0]], hashes()).tolist() == [False, True]
