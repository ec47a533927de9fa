"""Pictures a second of Predict.py, files and all, beside model.predict on resident pictures."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from pairs import Pairs

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Code"))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
_COUNT = 160  # pictures a turn


def predicting(options: argparse.Namespace) -> Pairs:
    """Let Predict.py's reader and predictor, and model.predict, take turns in this process."""
    import keras
    from common.files.resumable_csv import ResumableCsv
    from common.inference.model_file import ModelOptions, read_model_file
    from common.inference.pictures import predict_pictures
    from common.inference.predictor import Predictor
    from common.models.architecture import network_named
    from common.models.resnet import build_network

    folder = Path(tempfile.mkdtemp())
    size = options.image_size
    model = folder / "model.h5"
    build_network(network_named("Res50"), image_size=size).save(model)
    file = read_model_file(model, ModelOptions(stain="none"))
    pictures = np.random.default_rng(0).integers(0, 256, (_COUNT, 300, 300, 3), np.uint8)
    paths = [folder / f"{at}.png" for at in range(_COUNT)]
    for path, picture in zip(paths, pictures, strict=True):
        cv2.imwrite(str(path), cv2.blur(picture, (9, 9)))
    small = np.stack([cv2.resize(picture, (size, size)) for picture in pictures]).astype(np.float32)
    predictor = Predictor(file)
    plain = keras.models.load_model(model, compile=False)
    turn = iter(range(1_000))

    def ours() -> float:
        with ResumableCsv(folder / f"{next(turn)}.csv", ["file"], {}) as table:
            return _rate(lambda: predict_pictures(paths, file, predictor, table, False, {}))

    def bare() -> float:
        return _rate(lambda: plain.predict(small, batch_size=32, verbose=0))

    bare()  # traced
    return Pairs(options.pairs, ours, bare)


def _rate(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return _COUNT / (time.perf_counter() - start)
