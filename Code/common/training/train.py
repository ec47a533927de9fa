"""The flow of a network script: check everything that the user gave, then train."""

from functools import partial

from common.config.network_options import NetworkOptions
from common.config.plan import Plan, make_plan
from common.config.prepare import digest_pictures, prepare_run
from common.files.locks import held
from common.models.architecture import Architecture
from common.runs.paths import RunPaths
from common.runs.pending_log import settle_and_tell
from common.runs.resume import Progress, Start, find_start, with_earlier_batch_size
from common.training.batch_size import find_batch_size
from common.utils.cli import parse
from common.utils.tensorflow_env import prepare_tensorflow
from common.utils.terminal import tell


def train(network: Architecture, description: str | None) -> None:
    """Run a network script: parse, check, train.

    Args:
        network: What is trained.
        description: The script's docstring.

    Raises:
        InputError: Something that the user gave cannot be.
    """
    plan = make_plan(network, parse(NetworkOptions, description))
    tell(*plan.data.describe())
    plan = with_earlier_batch_size(plan)
    if _where_to_start(plan) is None:  # told without writing anything
        return
    # First of all that takes time, so that nobody else prepares the same run.
    with held(RunPaths(plan.output, plan.network.results).logs):
        plan = with_earlier_batch_size(plan)
        start = _where_to_start(plan)
        if start is None:
            return
        if start.progress is Progress.NEW and plan.imagenet:  # others have weights of their own
            plan.imagenet.get()
        run = prepare_run(plan)
        tell(*run.data.describe())
        if not plan.has_batch_size:
            run = run.with_batch_size(find_batch_size(plan))
        prepare_tensorflow()
        from common.training.fit import fit  # TensorFlow, seconds, only after all checks

        fit(run, start)


def _where_to_start(plan: Plan) -> Start | None:
    """Find where the run begins; None if it is finished."""
    settle_and_tell(plan.output)
    pictures = partial(digest_pictures, plan.data)
    start = find_start(plan.output, plan.network.results, plan.recipe, pictures)
    if start.progress is Progress.FINISHED:
        more = "more --epochs go on with it, " if plan.recipe.is_open_ended else ""
        print(f"finished already: {start.paths.log}; {more}--again adds a run beside it")
        return None
    return start
