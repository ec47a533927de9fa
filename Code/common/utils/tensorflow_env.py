"""Before TensorFlow is loaded: what stays off the terminal, and which backend Keras takes."""

import logging
import os


def prepare_tensorflow() -> None:
    """Keep TensorFlow's and Keras' notes off the terminal, and have Keras run on TensorFlow.

    TensorFlow tells that it found no GPU or that oneDNN is on; errors reach us as exceptions all
    the same. Keras advises against .h5 at every save; users of these folders expect .h5. A user's
    own keras.json or environment may name another backend.
    """
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    logging.getLogger("absl").setLevel(logging.ERROR)
