"""A model file for each epoch that is better than all before it."""

import h5py
import keras

from common.files import hdf5_errors, whole_file
from common.logbook import Row, best_row
from common.places import Places


class BestModels(keras.callbacks.Callback):
    """Save a plain copy of the network whenever val_loss is lower than ever before.

    plain: the stock network that receives the trained weights and is saved, without optimizer
    state. facts: go into the file's HDF5 attributes, which Keras passes over.
    """

    def __init__(
        self,
        plain: keras.Model,
        places: Places,
        facts: dict[str, object],
        rows: list[Row],
    ) -> None:
        super().__init__()
        self._plain, self._places, self._rows = plain, places, rows
        # Not what nobody knows yet.
        later = ("resumed", "end")
        self._facts = {name: str(fact) for name, fact in facts.items() if name not in later}

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Save if this epoch (counted from 0) is the best so far."""
        if best_row(self._rows) is not self._rows[-1]:
            return
        self._places.check_there()
        self._plain.set_weights(self.model.get_weights())
        name = self._places.model(epoch + 1, logs["val_loss"])
        with whole_file(name) as beside, hdf5_errors():
            self._plain.save(beside)
            with h5py.File(beside, "r+") as file:
                file.attrs.update(self._facts | {"epoch": epoch + 1} | logs)
