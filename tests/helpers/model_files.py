"""Models as the scripts take them, made without training."""

import tempfile
from pathlib import Path

import h5py

FACTS = {
    "network": "Res50",
    "stain": "none",
    "field microns": "60.0",
    "microns per pixel": "0.2",
    "synthetic data": "yes",
    "data set": "made for a test",
    "split": "none",
}
INTERVAL = {
    "interval half-width": "0.15",
    "interval level": "0.9",
    "interval fields": "40",
    "interval patients": "12",
    "interval patients known": "yes",
    "interval fields chose the epoch": "no",
}
SIZE = 64


def colour_model(path: Path, facts: dict[str, str] = FACTS, weight: float = 8.0) -> Path:
    """Save a model that calls blue dense and red not: sigmoid(weight * (mean blue - mean red))."""
    import keras
    import numpy as np

    rgb = keras.Input((SIZE, SIZE, 3))
    mean = keras.layers.GlobalAveragePooling2D()(keras.layers.Rescaling(1 / 255)(rgb))
    head = keras.layers.Dense(1, activation="sigmoid", name="head")
    model = keras.Model(rgb, head(mean))
    head.set_weights([np.array([[-weight], [0.0], [weight]]), np.zeros(1)])
    return save(model, path, facts)


def save(model: object, path: Path, facts: dict[str, str]) -> Path:
    """Save a model with attributes."""
    model.save(path)
    with h5py.File(path, "r+") as file:
        file.attrs.update(facts)
    return path


def write_published(backbone: object, path: Path) -> None:
    """Save bare weights as keras.applications publishes them."""
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / "whole.h5"
        backbone.save(saved)
        with h5py.File(saved) as whole, h5py.File(path, "w") as file:
            file.attrs.update(whole["model_weights"].attrs)
            for name in whole["model_weights"]:
                whole.copy(f"model_weights/{name}", file)
