"""What happens while a network trains: validation, best models, log rows, a line an epoch."""

import time
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from common.errors import InputError
from common.folded import fold
from common.interruption import Request
from common.logbook import COLUMNS, Row, best_row


class Validation(keras.callbacks.Callback):
    """Add the validation figures to an epoch's logs, where the callbacks after it find them.

    They are computed in float32 by the predicting twin, as whoever loads the model will compute
    them, whatever the precision of training. Put it first in the list of callbacks.
    """

    def __init__(self, twin: keras.Model, batches: tf.data.Dataset) -> None:
        super().__init__()
        self._twin, self._batches = twin, batches

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Predict the validation fields with the epoch's weights."""
        fold(self.model, self._twin)
        figures = self._twin.evaluate(self._batches, verbose=0, return_dict=True)
        if not np.isfinite(figures["loss"]):
            raise _diverged("validation loss", figures["loss"], f"epoch {epoch + 1}")
        logs.update({f"val_{name}": value for name, value in figures.items()})


class EpochRows(keras.callbacks.Callback):
    """Add a log row an epoch to `rows`, which hold those of before already.

    images: training pictures an epoch, for images_per_second (training time alone).
    """

    def __init__(self, images: int, rows: list[Row]) -> None:
        super().__init__()
        self._images, self._rows = images, rows
        self._start = self._trained = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Start the clock."""
        self._start = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict[str, float]) -> None:
        """Take the time; the last batch's is when the epoch's training ends."""
        self._trained = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Add the epoch (counted from 0) as a row."""
        facts = {
            "epoch": epoch + 1,
            "learning_rate": float(self.model.optimizer.learning_rate),
            "seconds": time.perf_counter() - self._start,
            "images_per_second": self._images / (self._trained - self._start),
        }
        row = facts | {name: float(value) for name, value in logs.items()}
        self._rows.append({column: row[column] for column in COLUMNS})


class AfterEpoch(keras.callbacks.Callback):
    """Save the run, once the epoch's row is there and its best model saved.

    save: called after each epoch. patience: epochs without a lower val_loss after which training
    stops, None for no such end.
    """

    def __init__(self, save: Callable[[], None], rows: list[Row], patience: int | None) -> None:
        super().__init__()
        self._save, self._rows, self._patience = save, rows, patience

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Save, and stop if that is due."""
        self._save()
        self.model.stop_training = is_out_of_patience(self._rows, self._patience)


def is_out_of_patience(rows: list[Row], patience: int | None) -> bool:
    """Tell whether the last `patience` epochs have brought nothing better."""
    if patience is None or not rows:
        return False
    return rows[-1]["epoch"] - best_row(rows)["epoch"] >= patience


class Progress(keras.callbacks.Callback):
    """Show a bar while an epoch runs (on a terminal), print a line when it ends, end on request."""

    def __init__(self, epochs: int, steps: int, rows: list[Row], request: Request) -> None:
        super().__init__()
        self._epochs, self._steps, self._rows, self._request = epochs, steps, rows, request

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Open the bar."""
        self._name = f"epoch {epoch + 1}/{self._epochs}"
        self._bar = tqdm(
            total=self._steps, desc=self._name, unit=" steps", leave=False, disable=None
        )

    def on_train_batch_end(self, batch: int, logs: dict[str, float]) -> None:
        """Move the bar; stop the run if the loss is no number any more, or Ctrl-C was pressed."""
        self._bar.update()
        if not np.isfinite(logs["loss"]):
            self._bar.close()
            raise _diverged("loss", logs["loss"], f"{self._name}, step {batch + 1}")
        self._request.check()

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Close the bar, print the epoch's figures."""
        self._bar.close()
        row = self._rows[-1]
        mark = "  best" if best_row(self._rows) is row else ""
        print(
            f"epoch {epoch + 1:>3}/{self._epochs}  loss {row['loss']:.4f}  mae {row['mae']:.4f}"
            f"  val_loss {row['val_loss']:.4f}  val_mae {row['val_mae']:.4f}"
            f"  {row['seconds']:6.1f} s{mark}",
            flush=True,
        )
        self._request.check()


def _diverged(what: str, value: float, where: str) -> InputError:
    return InputError(
        f"a finite {what}",
        f"{value} in {where}",
        do="The learning rate may be too high for this network; what was saved is kept.",
    )
