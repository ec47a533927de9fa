"""What a network is compared with, on the same split: training mean, median, a classical model."""

from collections.abc import Sequence

import numpy as np

from common.fields import Field
from common.split import Split

LOSSES = ("mse", "bce")
Figures = dict[str, float]


def baselines_of(fields: list[Field], split: Split, loss: str) -> dict[str, Figures]:
    """Return the validation figures, named as the log's, of each baseline."""
    from common.classical import load_features, predict  # scikit-learn and scikit-image: seconds

    densities = np.array([field.density for field in fields])
    train, true = densities[split.train], densities[split.validation]
    classical = predict(load_features(fields), densities, split.train, split.validation)
    answers = {
        "training mean": np.full(len(true), train.mean()),
        "training median": np.full(len(true), np.median(train)),
        "classical model": classical,
    }
    return {name: figures_of(true, answer, loss) for name, answer in answers.items()}


def figures_of(true: Sequence[float], answer: Sequence[float], loss: str) -> Figures:
    """Compute the log's figures of answers; both of shape (fields,), 0 to 1."""
    true, answer = np.asarray(true), np.asarray(answer)
    error = answer - true
    mse = float((error**2).mean())
    norm = float(np.sqrt((true**2).sum() * (answer**2).sum()))
    return {
        "loss": mse if loss == "mse" else _cross_entropy(true, answer),
        "mae": float(np.abs(error).mean()),
        "mse": mse,
        "rmse": mse**0.5,
        "msle": float(((np.log1p(answer) - np.log1p(true)) ** 2).mean()),
        "cosine": float((true * answer).sum()) / norm if norm else 0.0,
    }


def _cross_entropy(true: np.ndarray, answer: np.ndarray) -> float:
    """Binary cross-entropy with shares as targets, answers kept off 0 and 1 as Keras does."""
    answer = np.clip(answer, 1e-7, 1 - 1e-7)
    return float(-(true * np.log(answer) + (1 - true) * np.log(1 - answer)).mean())
