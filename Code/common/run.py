"""The flow of one run: check everything that the user gave, then train."""

import logging
import os

from common.architecture import Architecture
from common.network_options import parse
from common.prepare import prepare


def train(network: Architecture, description: str) -> None:
    """Run a network script: parse, check, train. Raises InputError."""
    run = prepare(network, parse(network, description))
    quieten()
    from common.training import fit  # TensorFlow, which takes seconds, only after all checks

    fit(run)


def quieten() -> None:
    """Keep TensorFlow's and Keras' notes off the terminal, where the run's own lines belong.

    TensorFlow tells that it found no GPU or that oneDNN is on; errors reach us as exceptions all
    the same. Keras advises against .h5 at every save; users of these folders expect .h5.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    logging.getLogger("absl").setLevel(logging.ERROR)
