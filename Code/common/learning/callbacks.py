"""What happens while `fit` trains: a bar, the clock, checks; each finished epoch is handed on."""

import time
from collections.abc import Callable

import keras
import numpy as np

from common.learning.validation import Validation
from common.metrics.epoch_metrics import LOSS, logged
from common.runs.epochs import Epoch, split_metrics
from common.utils.errors import InputError
from common.utils.interrupt import StopRequest
from common.utils.terminal import bar


class EpochEnd(keras.callbacks.Callback):
    """Make an Epoch of what `fit` computed and hand it on; the only callback of a run.

    Args:
        epochs: That are trained in all.
        steps: Training steps an epoch.
        images: Training pictures an epoch.
        validate: Called at the end of each epoch.
        finish: Called with each finished epoch and its answers, as Validation has them; whether
            training is to stop.
        request: Whether somebody has asked for the end.
    """

    def __init__(
        self,
        *,
        epochs: int,
        steps: int,
        images: int,
        validate: Callable[[], Validation],
        finish: Callable[[Epoch, np.ndarray], bool],
        request: StopRequest,
    ) -> None:
        super().__init__()
        self._epochs, self._steps, self._images = epochs, steps, images
        self._validate, self._finish, self._request = validate, finish, request

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Open the bar (on a terminal), start the clock."""
        self._name = f"epoch {epoch + 1}/{self._epochs}"
        self._bar = bar(total=self._steps, desc=self._name, unit=" steps", leave=False)
        self._began = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict[str, float]) -> None:
        """Move the bar; stop if the loss is no number any more, or if that was asked for."""
        self._trained = time.perf_counter()  # of the last batch: when the epoch's training ends
        self._bar.update()
        if not np.isfinite(logs["loss"]):
            self._bar.close()
            raise _diverged("loss", logs["loss"], f"{self._name}, step {batch + 1}")
        self._request.check()

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Validate, and hand on the epoch (counted from 0)."""
        self._bar.close()
        found = self._validate()
        if not np.isfinite(found.metrics[LOSS]):
            raise _diverged("validation loss", found.metrics[LOSS], f"epoch {epoch + 1}")
        finished = Epoch(
            number=epoch + 1,
            learning_rate=float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate)),
            training=split_metrics(logged(logs))[0],
            validation=found.metrics,
            seconds=time.perf_counter() - self._began,
            images_per_second=self._images / (self._trained - self._began),
            choice=found.choice,
        )
        logs |= {f"val_{name}": value for name, value in found.metrics.items()}  # for a search
        self.model.stop_training = self._finish(finished, found.answers)
        self._request.check()


def epoch_line(epoch: Epoch, epochs: int, best: bool) -> str:
    """Tell a finished epoch in a line."""
    return (
        f"epoch {epoch.number:>3}/{epochs}  loss {epoch.training['loss']:.4f}"
        f"  mae {epoch.training['mae']:.4f}  val_loss {epoch.val_loss:.4f}"
        f"  val_mae {epoch.validation['mae']:.4f}  {epoch.seconds:6.1f} s"
        f"{'  best' if best else ''}"
    )


def _diverged(what: str, value: float, where: str) -> InputError:
    return InputError(
        f"a finite {what}",
        f"{value} in {where}",
        do="The learning rate may be too high for this network; what was saved is kept.",
    )
