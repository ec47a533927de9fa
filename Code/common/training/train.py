"""The flow of a network script: check everything that the user gave, then train."""

from functools import partial

from common.config.network_options import NetworkOptions
from common.config.plan import Plan, make_plan
from common.config.prepare import digest_pictures, prepare_run
from common.files.locks import check_free
from common.models.architecture import Architecture
from common.runs.paths import RunPaths
from common.runs.pending_log import settle_logs
from common.runs.resume import Progress, Start, find_start
from common.utils.cli import parse
from common.utils.tensorflow_env import prepare_tensorflow


def train(network: Architecture, description: str | None) -> None:
    """Run a network script: parse, check, train.

    Args:
        network: What is trained.
        description: The script's docstring.

    Raises:
        InputError: Something that the user gave cannot be.
    """
    plan = make_plan(network, parse(NetworkOptions, description))
    print(*plan.data.describe(), sep="\n")
    start = _where_to_start(plan)
    if start.progress is Progress.FINISHED:
        print(f"finished already: {start.paths.log}; --again adds a run beside it")
        return
    run = prepare_run(plan)
    print(*run.data.describe(), sep="\n")
    prepare_tensorflow()
    from common.training.fit import fit  # TensorFlow, which takes seconds, only after all checks

    fit(run)


def _where_to_start(plan: Plan) -> Start:
    for log in settle_logs(plan.output):
        print(f"log: {log} has been brought up to date")
    check_free(RunPaths(plan.output, plan.network.results).logs)
    pictures = partial(digest_pictures, plan.data)
    return find_start(plan.output, plan.network.results, plan.recipe, pictures)
