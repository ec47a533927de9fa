"""What stays off the terminal, where a script's own lines belong."""

import logging
import os


def quieten_tensorflow() -> None:
    """Keep TensorFlow's and Keras' notes off the terminal; call it before TensorFlow is loaded.

    TensorFlow tells that it found no GPU or that oneDNN is on; errors reach us as exceptions all
    the same. Keras advises against .h5 at every save; users of these folders expect .h5.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    logging.getLogger("absl").setLevel(logging.ERROR)
