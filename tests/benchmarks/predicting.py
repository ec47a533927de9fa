"""Predict.py, files and all, beside what it cannot do without: the network, and loading it."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import h5py
import numpy as np
from pairs import Pairs

PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT / "Code"), str(PROJECT / "tests")]
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
_COUNT = 160  # pictures a turn
_SLIDE = 20_000  # px
_LOADING = "import sys, keras; keras.models.load_model(sys.argv[1], compile=False)"


def predicting(options: argparse.Namespace) -> Pairs:
    """Let Predict.py's reader and predictor, and model.predict, take turns in this process."""
    import keras
    from common.files.resumable_csv import ResumableCsv
    from common.inference.model_file import ModelOptions, read_model_file
    from common.inference.pictures import COLUMNS, predict_pictures
    from common.inference.prediction_record import record_predictions
    from common.inference.predictor import Predictor

    folder = Path(tempfile.mkdtemp())
    size = options.image_size
    model = _untrained(folder, size)
    file = read_model_file(model, ModelOptions(stain="none"))
    pictures = _pictures(_COUNT, 300)
    paths = [folder / f"{at}.png" for at in range(_COUNT)]
    for path, picture in zip(paths, pictures, strict=True):
        cv2.imwrite(str(path), cv2.blur(picture, (9, 9)))
    small = np.stack([cv2.resize(picture, (size, size)) for picture in pictures]).astype(np.float32)
    predictor = Predictor(file)
    record = record_predictions(file, False, False, "auto")
    plain = keras.models.load_model(model, compile=False)
    turn = iter(range(1_000))

    def ours() -> float:
        with ResumableCsv(folder / f"{next(turn)}.csv", COLUMNS, {}) as table:
            return _rate(lambda: predict_pictures(paths, file, predictor, table, record, {}))

    def bare() -> float:
        return _rate(lambda: plain.predict(small, batch_size=32, verbose=0))

    bare()  # traced
    return Pairs(options.pairs, ours, bare)


def whole_slide(options: argparse.Namespace) -> Pairs:
    """Let Predict.py on a whole slide, and its predictor on resident fields, take turns."""
    from common.data.counting_options import CountingOptions
    from common.files.disk import CacheOptions
    from common.inference.model_file import ModelOptions
    from common.inference.plan import PredictCommand, PredictOptions, plan_predictions
    from common.inference.predictor import Predictor
    from common.inference.slides import SlideJob, predict_slide
    from helpers.slides import write_slide

    folder = Path(tempfile.mkdtemp())
    known = ModelOptions(stain="none", field_microns=60.0)
    painted = write_slide(folder / "slide.tif", _SLIDE)
    model = _untrained(folder, options.image_size)
    given = PredictCommand(
        model, [painted], PredictOptions(folder), CacheOptions(), CountingOptions(), known
    )
    job = plan_predictions(given)
    predictor = Predictor(job.file)
    resident = _pictures(_COUNT, job.file.size)
    turn = iter(range(1_000))

    def whole() -> float:
        with job.open_slide(painted) as slide:
            place = folder / f"{next(turn)}"
            place.mkdir()
            slide_job = SlideJob(slide, place, job.record(predictor), job.file)
            start = time.perf_counter()
            densities = predict_slide(slide_job, predictor)
            return len(densities.density) / (time.perf_counter() - start)

    def bare() -> float:  # in the precision that the slide has settled
        return _rate(lambda: predictor.all_densities(resident, flips=False))

    whole()  # traced
    return Pairs(options.pairs, whole, bare)


def one_picture(options: argparse.Namespace) -> Pairs:
    """Let Predict.py of one picture, and a process that only loads its model, take turns."""
    folder = Path(tempfile.mkdtemp())
    model = _untrained(folder, options.image_size)
    picture = folder / "picture.png"
    cv2.imwrite(str(picture), cv2.blur(_pictures(1, 300)[0], (9, 9)))
    turn = iter(range(1_000))
    known = ["--stain", "none", "--field-microns", 60]
    script = [PROJECT / "Code" / "Predict.py", model, picture, *known, "--output"]
    return Pairs(
        options.pairs,
        lambda: _process(*script, folder / f"{next(turn)}"),
        lambda: _process("-c", _LOADING, model),
    )


def _untrained(folder: Path, size: int) -> Path:
    from common.models.architecture import network_named
    from common.models.resnet import build_network

    build_network(network_named("Res50"), image_size=size).save(folder / "model.h5")
    with h5py.File(folder / "model.h5", "r+") as file:
        file.attrs["val_spread"] = 0.3  # which training keeps, and Predict.py else finds out
    return folder / "model.h5"


def _pictures(count: int, size: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, size, size, 3), np.uint8)


def _process(*arguments: object) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *map(str, arguments)], check=True, capture_output=True)
    return time.perf_counter() - start


def _rate(job: Callable[[], object], count: int = _COUNT) -> float:
    start = time.perf_counter()
    job()
    return count / (time.perf_counter() - start)
