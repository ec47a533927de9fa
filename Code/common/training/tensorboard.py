"""The metrics of a run's epochs for TensorBoard, beside its log."""

from collections.abc import Sequence
from pathlib import Path

import tensorflow as tf

from common.runs.epochs import EPOCH, Epoch


class Scalars:
    """Event files of a run, which TensorBoard reads while it goes on.

    Those of an earlier process are replaced: they may lack the epoch at which it was ended.

    Args:
        folder: Log_Files/<network>/tensorboard/<log>.
        epochs: That are finished already.
    """

    def __init__(self, folder: Path, epochs: Sequence[Epoch]) -> None:
        for path in folder.glob("events.out.tfevents.*"):
            path.unlink()
        self._writer = tf.summary.create_file_writer(str(folder))
        for epoch in epochs:
            self.add(epoch)

    def add(self, epoch: Epoch) -> None:
        """Write the metrics of a finished epoch, by the names of the log's columns."""
        with self._writer.as_default(step=epoch.number):
            for name, value in epoch.row.items():
                if name != EPOCH:
                    tf.summary.scalar(name, value)
        self._writer.flush()
