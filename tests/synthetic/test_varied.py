"""Painted fields for pretraining: the same for the same seed, exactly labelled, varied."""

import numpy as np
import pytest
from common.synthetic.varied import PaintedFields, paint_fields

FIELDS, SIZE = 60, 48


@pytest.fixture(scope="session")
def painted() -> PaintedFields:
    return paint_fields(FIELDS, SIZE, seed=5)


def test_the_same_arguments_give_the_same_fields(painted: PaintedFields) -> None:
    fewer, others = paint_fields(6, SIZE, seed=5), paint_fields(6, SIZE, seed=6)
    np.testing.assert_array_equal(fewer.pictures, painted.pictures[:6])
    np.testing.assert_array_equal(fewer.densities, painted.densities[:6])
    assert not np.array_equal(others.pictures, fewer.pictures)


def test_densities_are_those_of_the_nuclei(painted: PaintedFields) -> None:
    for nuclei, density in zip(painted.nuclei, painted.densities, strict=True):
        there = nuclei[nuclei[:, 2] >= 0]
        assert len(there) >= 1
        assert density == pytest.approx(there[:, 2].mean())
        assert ((there[:, :2] >= 0) & (there[:, :2] <= 1)).all()


def test_tumour_nuclei_are_larger_and_paler_where_they_are_said_to_be(
    painted: PaintedFields,
) -> None:
    """Haematoxylin is dark: the picture is darker at lymphocytes and fibroblasts than at tumour."""
    dark = {0: [], 1: []}
    for picture, nuclei in zip(painted.pictures, painted.nuclei, strict=True):
        grey = picture.mean(axis=2)
        for x, y, kind in nuclei[nuclei[:, 2] >= 0]:
            at = np.minimum((np.array([y, x]) * SIZE).astype(int), SIZE - 1)
            dark[int(kind)].append(grey.mean() - grey[tuple(at)])
    assert np.mean(dark[0]) > np.mean(dark[1]) > 5


def test_fields_vary(painted: PaintedFields) -> None:
    counts = (painted.nuclei[..., 2] >= 0).sum(axis=1)
    assert counts.max() > 5 * counts.min()
    assert {0.0, 1.0} < set(painted.densities)
    colours = painted.pictures.mean(axis=(1, 2))
    assert (colours.std(axis=0) > 8).all()
