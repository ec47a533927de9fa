"""TensorFlow and Keras as every script loads them: silently, and Keras on TensorFlow."""

import contextlib
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator


def prepare_tensorflow() -> None:
    """Import TensorFlow and Keras, which takes seconds, without their notes on the terminal.

    TensorFlow tells that it found no GPU or that oneDNN is on; errors reach us as exceptions all
    the same. Keras advises against .h5 at every save; users of these folders expect .h5. A user's
    own keras.json or environment may name another backend.
    """
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with _silent_stderr():  # its first lines are written before it reads that variable
        import keras  # noqa: F401
    logging.getLogger("absl").setLevel(logging.ERROR)


@contextlib.contextmanager
def _silent_stderr() -> Iterator[None]:
    """Keep what C++ writes to standard error off the terminal, unless the block has an error."""
    sys.stderr.flush()
    with tempfile.TemporaryFile() as sink, os.fdopen(os.dup(2), "wb") as terminal:
        os.dup2(sink.fileno(), 2)
        try:
            yield
        except Exception:  # not Ctrl-C
            sink.seek(0)
            shutil.copyfileobj(sink, terminal)
            raise
        finally:
            os.dup2(terminal.fileno(), 2)
