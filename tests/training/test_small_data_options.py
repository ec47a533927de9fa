"""Raters pooled, windows with densities of their own, stain jitter, classical features."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from common.baselines.classical import features_of, load_features, predict
from common.data.extraction import extract
from common.data.fields import FieldOfView, pair_fields
from common.data.raters import pool_raters
from common.images.picture_file import PictureFile
from common.images.reading import read_picture
from common.images.stains import find_target, normalised
from common.learning.augmentation import LEAST_EDGE, random_window, stain_jitter
from common.learning.input_pipeline import TrainingFields, training_batches
from common.nucls.counting import DEFAULT_COUNTING
from common.nucls.dataset import DataSet
from common.splits.audit import audit_split
from common.splits.methods import SplitRequest, make_split
from helpers.fields import field_of
from helpers.scripts import Start

RANDOM = np.random.default_rng(3)


def field(name: str, tumour: int, total: int) -> FieldOfView:
    return field_of(name, tumour, total)


def named(rater: str, left: int, top: int, size: int = 300, slide: str = "A0SP-01Z-00-DX1") -> str:
    edges = f"left-{left}_top-{top}_bottom-{top + size}_right-{left + size}"
    return f"{rater}TCGA-A1-{slide}_id-5ea4_{edges}"


def test_consensus_pools_the_nuclei_of_the_same_tissue() -> None:
    fields = [
        field(named("JP.1_#_E_#_", 1000, 2000), 5, 10),
        field(named("NP.2_#_E_#_", 1004, 1997), 9, 12),  # the same, drawn a few px apart
        field(named("SP.3_#_E_#_", 1290, 2000), 1, 8),  # a neighbour that touches it
        field(named("JP.1_#_E_#_", 1000, 2000, slide="A0SQ-01Z-00-DX1"), 2, 9),  # another slide
        field(named("", 996, 2003), 6, 11),  # once more the first
        field("no_name_of_nucls", 1, 2),
    ]
    pooled = pool_raters(fields)
    assert [(entry.counts.tumour, entry.counts.total) for entry in pooled] == [
        (20, 33),
        (1, 8),
        (2, 9),
        (1, 2),
    ]
    assert pooled[0].name == fields[0].name
    assert pooled[0].density == pytest.approx(20 / 33)


def coordinates(edge: int) -> np.ndarray:
    """Paint a picture whose red and green tell the place: 0 to 200 from left and from top."""
    line = np.linspace(0, 200, edge, dtype=np.float32)
    red, green = np.meshgrid(line, line)
    return np.dstack([red, green, np.zeros_like(red)])


def test_a_windows_density_is_that_of_the_nuclei_inside() -> None:
    edge, size = 128, 64
    nuclei = np.column_stack([RANDOM.random((300, 2)), RANDOM.integers(0, 2, 300)])
    padded = np.vstack([nuclei, np.full((20, 3), -1)]).astype(np.float32)
    widths, corners = [], []
    for seed in range(40):
        window, kept = random_window(
            tf.constant(coordinates(edge)), tf.constant(padded), tf.constant([seed, 7]), size
        )
        kept = kept.numpy()[kept.numpy()[:, 2] >= 0]
        density, total = kept[:, 2].mean(), len(kept)
        (left, right), (top, bottom) = (
            (window[..., c].numpy() / 200).ravel()[[0, -1]] for c in (0, 1)
        )
        x, y = nuclei[:, 0], nuclei[:, 1]
        inside = (x > left) & (x < right) & (y > top) & (y < bottom)
        # Edges fall between pixels: nuclei nearer than 2 px to one may be in or out.
        near = (np.abs(np.subtract.outer(x, [left, right])) < 2 / edge).any(1)
        near |= (np.abs(np.subtract.outer(y, [top, bottom])) < 2 / edge).any(1)
        assert abs(inside.sum() - total) <= near.sum()
        assert density == pytest.approx(nuclei[inside, 2].mean(), abs=0.03)
        # The window shows each of them where it is said to lie.
        places = np.minimum((kept[:, :2] * size).astype(int), size - 1)
        shown = window.numpy()[places[:, 1], places[:, 0], :2] / 200
        true = kept[:, :2] * [right - left, bottom - top] + [left, top]
        assert np.abs(shown - true).max() < 4 / edge
        widths.append(right - left)
        corners.append((left, top))
    assert LEAST_EDGE - 0.03 <= min(widths) < 0.6
    assert 0.9 < max(widths) <= 1.01
    assert np.std(corners) > 0.05


def test_a_field_with_few_nuclei_stays_whole() -> None:
    nuclei = tf.constant([[0.1, 0.1, 1.0], [0.9, 0.9, 0.0], [1.0, 1.0, 0.0], [-1, -1, -1]])
    for seed in range(5):
        _, kept = random_window(tf.constant(coordinates(64)), nuclei, tf.constant([seed, 0]), 32)
        np.testing.assert_allclose(kept, nuclei)


def test_batches_carry_the_weights_of_their_fields() -> None:
    pictures = np.zeros((6, 8, 8, 3), np.uint8)
    densities, weights = np.arange(6) / 6, np.arange(6) + 10.0
    fields = TrainingFields(pictures, densities, np.arange(6), weights)
    batches = training_batches(fields, batch_size=6, seed=0, augment="none")
    _, shown, weighed = (part.numpy() for part in next(iter(batches)))
    np.testing.assert_allclose(weighed, (shown * 6 + 10) / 12.5, rtol=1e-6)  # 1 on average
    assert weighed.shape == (6, 1)


def test_stain_jitter_keeps_white_nearly_white_and_moves_stained_tissue() -> None:
    picture = np.full((8, 8, 3), 255, np.float32)
    picture[4:] = (150, 80, 160)
    jittered = [
        stain_jitter(tf.constant(picture), tf.constant([1, at])).numpy() for at in range(30)
    ]
    shift = np.abs(np.stack(jittered) - picture)
    assert shift[:, :4].max() < 20
    assert shift[:, 4:].mean() > 2
    assert np.std([one[5, 5] for one in jittered], axis=0).min() > 1
    np.testing.assert_array_equal(
        jittered[3], stain_jitter(tf.constant(picture), tf.constant([1, 3]))
    )


@pytest.mark.parametrize("value", [0, 128, 255])
def test_features_of_a_blank_picture_are_finite(value: int) -> None:
    features = features_of(np.full((40, 50, 3), value, np.uint8))
    assert features.shape == (132,)
    assert np.isfinite(features).all()


def test_classical_model_learns_amounts_of_stain() -> None:
    shades = RANDOM.integers(60, 250, 80)
    noise = RANDOM.integers(0, 5, (80, 32, 32, 3))
    features = np.stack(
        [
            features_of((shade + at).astype(np.uint8))
            for shade, at in zip(shades, noise, strict=True)
        ]
    )
    densities = (shades - 60) / 190
    answers = predict(features, densities, np.arange(60), np.arange(60, 80))
    assert np.abs(answers - densities[60:]).mean() < 0.1


def tissue(haematoxylin: float, eosin: float) -> np.ndarray:
    """Paint a picture of two stains, which vary over it, and a white rim."""
    amounts = RANDOM.random((32, 32, 2)) * (haematoxylin, eosin)
    colours = np.array([[0.65, 0.70, 0.29], [0.07, 0.99, 0.11]])
    picture = 255 * np.exp(-amounts @ colours)
    picture[:4] = 255
    return picture.astype(np.uint8)


@pytest.mark.parametrize("method", ["macenko", "reinhard"])
def test_stains_move_to_the_targets_and_blank_pictures_stay(
    method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUMOUR_DENSITY_CACHE", str(tmp_path))
    blank = np.full((32, 32, 3), 250, np.uint8)
    speck = blank.copy()
    speck[0, :3] = (100, 40, 120)
    one_colour = np.full((32, 32, 3), (120, 60, 130), np.uint8)
    strengths = ((1.0, 0.5), (1.5, 0.8), (2.5, 1.6), (1.1, 0.9))
    stained = [tissue(*strength) for strength in strengths]
    pictures = np.stack([*stained, blank, speck, one_colour])
    names = [f"field{at}" for at in range(7)]
    target = find_target(method, pictures, np.arange(4), names)
    result, unchanged = normalised(pictures, target)
    means = [pictures[:4].mean((1, 2)), result[:4].mean((1, 2))]
    assert means[1].std(axis=0).max() < means[0].std(axis=0).max() / 2
    np.testing.assert_array_equal(result[4:], pictures[4:])
    assert unchanged == 3
    again, _ = normalised(pictures[2:3], target)  # the same, whatever stands beside it
    np.testing.assert_array_equal(again[0], result[2])


def test_raters_of_the_sample_share_tissue_and_are_pooled_by_consensus(
    project: Path, start: Start, tmp_path: Path
) -> None:
    data = tmp_path / "PsAreTruth_E"
    options = ("--count", 9, "--size", 64, "--raters", 3, "--output", data)
    assert start(project / "Code" / "Sample_Dataset.py", *options).returncode == 0
    data_set = DataSet(data)
    counts = extract(data_set, DEFAULT_COUNTING).counts
    fields = pair_fields(data_set, counts, data / "test.json", {}, {})
    assert len(fields) == 27
    shared = audit_split(
        fields, make_split("first-1000", SplitRequest(fields)), range(27), [b""] * 27
    )
    assert shared.overlapping == 9
    pooled = pool_raters(fields)
    assert len(pooled) == 9
    total = sum(entry.total for entry in counts.values())
    assert sum(field.counts.total for field in pooled) == total


def test_damaged_features_are_told_and_made_anew(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv("TUMOUR_DENSITY_CACHE", str(tmp_path))
    files = [PictureFile(path) for path in sorted((sample / "rgbs").glob("*.png"))[:3]]
    whole = np.array(load_features(files))
    np.testing.assert_array_equal(whole[0], features_of(read_picture(files[0])))
    (kept,) = tmp_path.glob("features-*.npy")
    content = kept.read_bytes()
    kept.write_bytes(content[:900] + bytes([content[900] ^ 1]) + content[901:])
    np.testing.assert_array_equal(load_features(files), whole)
    assert "is damaged; it is made anew" in capsys.readouterr().out
    assert kept.read_bytes() == content
