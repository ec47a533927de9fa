"""--batch-size auto: before a run begins, its network finds the largest batch that memory holds."""

from common.config.plan import Plan
from common.config.training_options import BATCH_SIZE, LearningOptions, MachineryOptions
from common.models.architecture import Architecture
from common.models.memory import find_cards, least_free
from common.models.precision import choose_precision
from common.utils.errors import InputError
from common.utils.pool import NoAnswerError, in_own_process
from common.utils.tensorflow_env import prepare_tensorflow
from common.utils.terminal import tell


def find_batch_size(plan: Plan) -> int:
    """Find the batch size of a run by trying, in a process of its own; say what was found.

    It leaves an epoch at least one update of whole batches.

    Raises:
        InputError: Nothing could be trained.
    """
    machinery = plan.data.machinery
    most = _power_of_2(len(plan.data.split.train) // machinery.accumulate)
    free = least_free(find_cards())
    tell("batch size: looking for the largest that memory holds")
    given = (plan.network, plan.data.pictures.image_size, machinery, plan.learning, free, most)
    try:
        found = in_own_process(largest_on_gpu, *given)
    except NoAnswerError as error:
        expected, remedy = "a batch that the device's memory holds", "Give --batch-size N."
        raise InputError(expected, f"none ({error})", do=remedy) from error
    size = min(BATCH_SIZE, most) if found is None else found
    why = "the largest power of 2 that the training fields fill"
    tell(f"batch size: {size}, {why if size == most else _reason(found, free)}")
    return size


def _power_of_2(most: int) -> int:
    return 1 << (most.bit_length() - 1)


def _reason(found: int | None, free: int | None) -> str:
    if found is None:
        return "as ever on a CPU"
    if free is None:
        return "which trains; nvidia-smi does not tell whether the GPU's memory holds more"
    return "the largest power of 2 that the GPU's memory holds"


def largest_on_gpu(
    network: Architecture,
    image_size: int,
    machinery: MachineryOptions,
    learning: LearningOptions,
    free: int | None,
    most: int,
) -> int | None:
    """Build a network as a run does and try batches; None on a CPU.

    Args:
        network: Its architecture.
        image_size: Edge of its input, px.
        machinery: How it is trained.
        learning: How else.
        free: Bytes that are to be had; None if unknown.
        most: Larger batches are not wanted.
    """
    prepare_tensorflow()
    from common.learning.batch_size import largest_batch
    from common.learning.optimizer import optimizer_of
    from common.learning.trained_network import compile_for_training
    from common.models.device import claim_device, strategy_of
    from common.models.resnet import build_network

    device = claim_device(machinery.seed)
    if device.capability is None:
        return None
    precision = choose_precision(machinery.precision, device)
    with strategy_of(machinery.devices).scope():
        plain = build_network(network, image_size=image_size)
        steps = machinery.accumulate
        optimizer = optimizer_of(learning.optimizer, 1e-6, learning.schedule, steps, steps)
        how = (optimizer, precision, device, learning.loss)
        trained = compile_for_training(plain, *how, by_nuclei=machinery.by_nuclei)
    return largest_batch(trained, free, most)
