"""The flow of one run: check everything that the user gave, then train."""

import logging
import os

from common.architecture import Architecture
from common.beginning import Stage, find_beginning
from common.locks import check_free
from common.log_file import settle_logs
from common.network_options import parse
from common.places import Places
from common.plan import make_plan
from common.prepare import prepare


def train(network: Architecture, description: str) -> None:
    """Run a network script: parse, check, train. Raises InputError."""
    options = parse(network, description)
    plan = make_plan(network, options)
    settle_logs(plan.output)
    check_free(Places(plan.output, network.results).logs)
    begun = find_beginning(plan.output, network.results, plan.recipe, options.again)
    if begun.stage is Stage.FINISHED:
        print(f"finished already: {begun.places.log}; --again adds a run beside it")
        return
    run = prepare(plan)
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
