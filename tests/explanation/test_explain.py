"""Explain.py: the maps against a closed form, the figure against a computation by hand."""

import json
from pathlib import Path

import cv2
import keras
import numpy as np
import pytest
from common.explanation.grad_cam import GradCam, shuffle_weights
from common.explanation.overlap import Share, box_mask, excess
from common.models.architecture import network_named
from common.models.resnet import build_network
from common.utils.errors import InputError
from helpers.model_files import FACTS, SIZE, colour_model, save
from helpers.scripts import run

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def network() -> keras.Model:
    """Build a network of random weights whose conv5 does not train."""
    keras.utils.set_random_seed(3)
    return build_network(network_named("Res50_Conv_5"), image_size=SIZE)


@pytest.fixture(scope="module")
def model(network: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(network, tmp_path_factory.mktemp("model") / "model.h5", FACTS)


def test_map_of_the_last_stage_has_a_closed_form(network: keras.Model) -> None:
    """After conv5 come only a mean and a dot product: Zhou et al. 2016, arXiv 1512.04150."""
    picture = np.random.default_rng(0).integers(0, 255, (SIZE, SIZE, 3)).astype(np.uint8)
    found, density = GradCam(network, "conv5").explain(picture)
    batch = picture[np.newaxis].astype(np.float32)
    to_features = keras.Model(network.input, network.get_layer("conv5_block3_out").output)
    features = np.asarray(to_features(batch, training=False))[0]
    kernel = network.layers[-1].get_weights()[0][:, 0]
    expected = np.maximum(features @ kernel, 0) / np.prod(features.shape[:2])
    assert found == pytest.approx(expected, rel=1e-4, abs=1e-7)
    assert density == pytest.approx(network.predict(batch, verbose=0)[0, 0], abs=1e-5)


def test_map_of_an_earlier_stage_shows_what_raises_the_answer(network: keras.Model) -> None:
    """More of the map's channels must raise the answer by the gradient, to first order."""
    picture = np.random.default_rng(1).integers(0, 255, (SIZE, SIZE, 3)).astype(np.uint8)
    cam = GradCam(network, "conv4")
    found, _ = cam.explain(picture)
    features = np.asarray(cam._to_features(picture[np.newaxis].astype(np.float32)))
    step = 0.01 * features.std()
    change = np.eye(features.shape[-1], dtype=np.float32)[:, np.newaxis, np.newaxis] * step
    kernel = network.layers[-1].get_weights()[0]
    raised, lowered = (
        cam._to_pooled.predict(features + sign * change, batch_size=64, verbose=0) @ kernel
        for sign in (1, -1)
    )
    weights = (raised - lowered)[:, 0]
    expected = np.maximum(features[0] @ weights, 0).ravel()
    assert expected.max() > 0
    assert np.corrcoef(expected, found.ravel())[0, 1] > 0.99


def test_shuffling_keeps_each_tensors_values_and_changes_the_answer(network: keras.Model) -> None:
    twin = keras.models.clone_model(network)
    twin.set_weights(network.get_weights())
    shuffle_weights(twin, seed=0)
    for before, after in zip(network.get_weights(), twin.get_weights(), strict=True):
        assert np.array_equal(np.sort(before.ravel()), np.sort(after.ravel()))
    kernel = network.get_layer("conv3_block1_1_conv").get_weights()[0]
    assert not np.array_equal(kernel, twin.get_layer("conv3_block1_1_conv").get_weights()[0])


def test_a_network_without_stages_is_refused(tmp_path: Path) -> None:
    other = keras.models.load_model(colour_model(tmp_path / "other.h5"))
    with pytest.raises(InputError, match=r"^expected a network with the stage conv5"):
        GradCam(other, "conv5")


def test_boxes_cover_their_pixels() -> None:
    mask = box_mask(np.array([[1, 3, 0, 2], [2.4, 9, 1, 2]]), width=5, height=4)
    assert np.array_equal(mask.astype(int), [[0, 1, 1, 0, 0], [0, 1, 1, 1, 1], *[[0] * 5] * 2])


def test_the_interval_touches_the_area_only_without_evidence() -> None:
    generator = np.random.default_rng(0)

    def shares(more: float) -> list[Share]:
        noise = generator.normal(more, 0.05, 60)
        return [Share(str(at), f"P{at // 3}", 0.3 + n, 0.3) for at, n in enumerate(noise)]

    seeing, blind = excess([shares(0.1)]), excess([shares(0.0) for _ in range(5)])
    assert seeing.low > 0
    assert blind.low < 0 < blind.high
    assert seeing.value == pytest.approx(seeing.mass - seeing.area)
    # Networks that agree within themselves, but not with each other: the interval must know.
    apart = excess([shares(0.1), shares(-0.1), shares(0.1), shares(-0.1)])
    assert apart.low < 0 < apart.high


def test_pictures_and_figure(project: Path, model: Path, own_sample: Path, tmp_path: Path) -> None:
    pictures = sorted((own_sample / "rgbs").glob("*.png"))[::3]  # of both patients
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    script = project / "Code" / "Explain.py"
    options = ["--labels", own_sample, "--stage", "conv4", "--output", tmp_path / "out"]
    done = run(script, model, *pictures, broken, *options)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"in {broken}" in done.stderr
    found = json.loads((tmp_path / "out" / "explanation.json").read_text())
    areas = [tumour_area(own_sample / "contours" / f"{path.stem}.csv") for path in pictures]
    areas = [area for area in areas if area]
    for name in ("trained", "weights shuffled"):
        assert found[name]["fields"] == len(areas)
        assert found[name]["area"] == pytest.approx(np.mean(areas))
        assert 0 <= found[name]["mass"] <= 1
        assert found[name]["low"] <= found[name]["value"] <= found[name]["high"]
    assert found["pictures"] == len(pictures)
    assert found["greatest of all maps"] > 0
    told = f"{found['empty maps']} of {len(pictures)} maps are empty: no positive evidence"
    assert (told in done.stdout) == (found["empty maps"] > 0)
    for path in pictures:
        assert cv2.imread(str(tmp_path / "out" / f"{path.stem}-explained.png")).shape[1] > 500


def test_maps_in_which_nothing_speaks_for_tumour_are_told(
    project: Path, network: keras.Model, own_sample: Path, tmp_path: Path
) -> None:
    """All weights of the head are negative: whatever is seen speaks against tumour."""
    twin = keras.models.clone_model(network)
    twin.set_weights(network.get_weights())
    kernel, bias = twin.get_layer("density").get_weights()
    twin.get_layer("density").set_weights([-np.abs(kernel), bias])
    model = save(twin, tmp_path / "model.h5", FACTS)
    pictures = sorted((own_sample / "rgbs").glob("*.png"))[:3]
    done = run(project / "Code" / "Explain.py", model, *pictures, "--output", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "3 of 3 maps are empty: no positive evidence" in done.stdout
    found = json.loads((tmp_path / "out" / "explanation.json").read_text())
    assert (found["pictures"], found["empty maps"], found["greatest of all maps"]) == (3, 3, 0)


def tumour_area(path: Path) -> float:
    """Count the pixels of a 64 px field that lie in a tumour nucleus's box."""
    header, *lines = path.read_text().splitlines()
    columns = header.split(",")
    covered = set()
    for line in lines:
        row = dict(zip(columns, line.split(","), strict=False))
        if row["group"] == "tumor":
            left, right, top, bottom = (
                max(0, round(float(row[edge]))) for edge in ("xmin", "xmax", "ymin", "ymax")
            )
            covered |= {(x, y) for x in range(left, right) for y in range(top, bottom)}
    return len({(x, y) for x, y in covered if x < 64 and y < 64}) / 64**2
