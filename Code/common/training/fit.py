"""The fit itself: network, batches and recorder put together."""

import contextlib
from collections.abc import Iterator
from functools import partial

import numpy as np

from common.config.prepare import PreparedRun
from common.files.disk import SpaceNeeded, check_space
from common.learning.batch_size import BatchTrial, memory_for, smaller_batch
from common.learning.callbacks import EpochEnd, epoch_line
from common.learning.input_pipeline import training_batches_of
from common.learning.optimizer import momentum_of, optimizer_of
from common.learning.painted import initial_weights
from common.learning.trained_network import TrainedNetwork, compile_for_training
from common.learning.validation import validator
from common.models.device import claim_device, strategy_of
from common.models.precision import Device, choose_precision
from common.models.resnet import build_network
from common.models.weights import NONE
from common.runs.epochs import Epoch, best_epoch
from common.runs.resume import Progress, Start
from common.training.messages import tell_results, tell_start, tell_time_left
from common.training.provenance import now, record_of
from common.training.recorder import Recorder, open_recorder
from common.training.tensorboard import Scalars
from common.utils.errors import InputError
from common.utils.interrupt import StopRequest, stop_on_request
from common.utils.terminal import tell


def fit(run: PreparedRun, start: Start) -> None:
    """Train a prepared run, from where it has come, to its end.

    Args:
        run: The run; its folder of logs belongs to this process.
        start: Where it begins.

    Raises:
        InputError: The loss is no number any more, the disk is too small, or its folders are gone.
    """
    plan, machinery = run.plan, run.plan.data.machinery
    device = claim_device(machinery.seed)
    precision = choose_precision(machinery.precision, device)
    tell(f"device: {device.name}; precision: {precision}")
    momentum = momentum_of(plan.data.steps, machinery.weights)
    goes_on = start.progress is not Progress.NEW  # with weights of its own
    wanted = (machinery, plan.network.depth, plan.data.pictures.image_size)
    weights = NONE if goes_on else initial_weights(*wanted, device, precision)
    network = _network(run, weights, device, precision, momentum)
    recorder, arrays = open_recorder(run, start, record_of(run, device, precision, momentum))
    with _left_in_order(recorder) as request:
        network.restore(arrays)
        if kept := plan.data.labels.keep():
            tell(kept)
        if not recorder.is_done:
            _train(recorder, network, request)
        recorder.finish(now())
    tell_results(run, recorder.epochs, recorder.paths)


def _network(
    run: PreparedRun, weights: str, device: Device, precision: str, momentum: float
) -> TrainedNetwork:
    plan = run.plan
    if plan.network.frozen and plan.data.machinery.weights == "none":
        print("warning: frozen stages keep random weights, as --weights is none")
    with strategy_of(plan.data.machinery.devices).scope():
        plain = build_network(
            plan.network,
            image_size=plan.data.pictures.image_size,
            weights=weights,
            dropout=plan.setting.dropout,
            momentum=momentum,
        )
        learning, rate = plan.learning, plan.setting.learning_rate
        steps, accumulate = plan.data.steps * plan.epochs, plan.data.machinery.accumulate
        optimizer = optimizer_of(learning.optimizer, rate, learning.schedule, steps, accumulate)
        return compile_for_training(
            plain,
            optimizer,
            precision,
            device,
            learning.loss,
            by_nuclei=plan.data.machinery.by_nuclei,
        )


def _train(recorder: Recorder, network: TrainedNetwork, request: StopRequest) -> None:
    """Train the epochs that are left."""
    run, done = recorder.run, len(recorder.epochs)
    plan = run.plan
    tell_start(run)
    scalars = Scalars(recorder.paths.scalars, recorder.epochs) if plan.tensorboard else None

    def finish(epoch: Epoch, answers: np.ndarray) -> bool:
        recorder.add(epoch, answers, network)
        if scalars:
            scalars.add(epoch)
        tell(epoch_line(epoch, plan.epochs, best_epoch(recorder.epochs) is epoch))
        if len(recorder.epochs) == done + 2:  # the first one's time is mostly that of compiling
            tell_time_left(epoch, plan.epochs)
        return recorder.is_done

    _check_space(recorder, network)
    end = EpochEnd(
        epochs=plan.epochs,
        steps=plan.data.steps,
        images=len(plan.data.split.train),
        validate=validator(network, run.data, plan.learning.loss),
        finish=finish,
        request=request,
    )
    machinery = plan.data.machinery
    remedy = partial(smaller_batch, machinery, BatchTrial(network).train)
    with memory_for(machinery.batch_size, remedy):
        network.learner.fit(
            training_batches_of(run.data, first_epoch=done),
            steps_per_epoch=plan.data.steps,
            initial_epoch=done,
            epochs=plan.epochs,
            shuffle=False,  # the batches are shuffled already
            verbose=0,
            callbacks=[end],
        )


def _check_space(recorder: Recorder, network: TrainedNetwork) -> None:
    plan, done = recorder.run.plan, len(recorder.epochs)
    model, checkpoint = network.sizes()
    resumed = recorder.paths.checkpoint.exists() and done > 0
    needed = SpaceNeeded(model, checkpoint, plan.epochs - done, plan.keep_best, resumed)
    check_space(recorder.paths.output, needed)


@contextlib.contextmanager
def _left_in_order(recorder: Recorder) -> Iterator[StopRequest]:
    """Draw the curves and say what is kept if the block is ended by Ctrl-C or by an error."""
    try:
        with stop_on_request() as request:
            yield request
    except KeyboardInterrupt:
        done, epochs = len(recorder.epochs), recorder.run.plan.epochs
        print(f"\n{done} of {epochs} epochs are finished and saved; the same command goes on")
        recorder.leave()
        raise
    except InputError:
        recorder.leave()
        raise
    except OSError:
        recorder.paths.check_there()  # tells more, if that is why
        raise
