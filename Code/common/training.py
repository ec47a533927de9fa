"""The fit itself: network, batches and callbacks put together."""

import contextlib
import math
from collections.abc import Iterator

import keras
import numpy as np
import tensorflow as tf

from common.batches import training_batches, validation_batches
from common.beginning import Stage, find_beginning
from common.best_models import BestModels
from common.callbacks import (
    AfterEpoch,
    EpochRows,
    Progress,
    Validation,
    is_out_of_patience,
)
from common.density import keep_counts
from common.device import claim_device, strategy_of
from common.errors import InputError
from common.folded import predicting_twin
from common.interruption import Request, end_on_request
from common.journal import Journal, open_journal
from common.learning import LOSSES, compile_for_training, momentum_of, optimizer_of
from common.locks import held
from common.logbook import best_row
from common.metrics import figures
from common.network import build_network
from common.places import Places
from common.precision import choose_precision
from common.prepare import Run
from common.provenance import facts_of, now
from common.space import check_space


def fit(run: Run) -> None:
    """Train a prepared run, from where it has come, to its end. Raises InputError."""
    options = run.options
    device = claim_device(options.seed)
    precision = choose_precision(options.precision, device)
    print(f"device: {device.name}; precision: {precision}")
    steps = math.ceil(len(run.split.train) / options.batch_size)
    momentum = momentum_of(steps, options.weights)
    rate, schedule = run.setting.learning_rate, options.schedule
    with strategy_of(options.devices).scope():
        plain = _plain_network(run, momentum)
        optimizer = optimizer_of(options.optimizer, rate, schedule, steps * run.epochs)
        twin = compile_for_training(plain, optimizer, precision, device, options.loss)
    with held(Places(run.output, run.network.results).logs):
        # Only now nobody else can begin here.
        begun = find_beginning(run.output, run.network.results, run.recipe, options.again)
        if begun.stage is Stage.FINISHED:
            print(f"finished meanwhile: {begun.places.log}")
            return
        journal, arrays = open_journal(run, begun, facts_of(run, device, precision, momentum))
        _restore(twin, arrays)
        keep_counts(run.counts, run.counts_path)
        _train(journal, plain, twin, steps)
        journal.finish(now())
    _print_results(journal)


def _plain_network(run: Run, momentum: float) -> keras.Model:
    if run.network.frozen and run.options.weights == "none":
        print("warning: frozen stages keep random weights, as --weights is none")
    return build_network(
        run.network,
        image_size=run.options.image_size,
        weights=run.options.weights,
        dropout=run.setting.dropout,
        momentum=momentum,
    )


def variables_of(twin: keras.Model) -> list[keras.Variable]:
    """List all that changes in training: weights, statistics, dropout's seeds, optimizer."""
    return [*twin.variables, *twin.optimizer.variables]


def _restore(twin: keras.Model, arrays: list[np.ndarray]) -> None:
    if arrays:
        for variable, array in zip(variables_of(twin), arrays, strict=True):
            variable.assign(array)


def _check_space(journal: Journal, plain: keras.Model, twin: keras.Model) -> None:
    check_space(
        journal.places.output,
        model=_bytes(plain.weights),
        state=_bytes(variables_of(twin)),
        epochs=journal.run.epochs - len(journal.rows),
        keep=journal.run.options.keep_best,
        unfinished=bool(journal.rows),
    )


def _bytes(variables: list[keras.Variable]) -> int:
    return sum(4 * math.prod(variable.shape) for variable in variables)


def _train(journal: Journal, plain: keras.Model, twin: keras.Model, steps: int) -> None:
    """Train the epochs that are left."""
    run, rows = journal.run, journal.rows
    if len(rows) == run.epochs or is_out_of_patience(rows, run.options.patience):
        return
    print(f"training {run.network}, for {run.epochs} epochs; results: {run.output}")
    with _drawn_and_told(journal) as request:
        _check_space(journal, plain, twin)
        twin.fit(
            training_batches_of(run, len(rows)),
            steps_per_epoch=steps,
            initial_epoch=len(rows),
            epochs=run.epochs,
            shuffle=False,  # the batches are shuffled already
            verbose=0,
            callbacks=_callbacks(journal, plain, twin, steps, request),
        )


@contextlib.contextmanager
def _drawn_and_told(journal: Journal) -> Iterator[Request]:
    try:
        with end_on_request() as request:
            yield request
    except KeyboardInterrupt:
        done, epochs = len(journal.rows), journal.run.epochs
        print(f"\n{done} of {epochs} epochs are finished and saved; the same command goes on")
        journal.leave()
        raise
    except InputError:
        journal.leave()
        raise
    except OSError:
        journal.places.check_there()  # tells more, if that is why
        raise


def _callbacks(
    journal: Journal, plain: keras.Model, twin: keras.Model, steps: int, request: Request
) -> list[keras.callbacks.Callback]:
    """List the callbacks in the order in which they must work at the end of an epoch."""
    run, rows = journal.run, journal.rows

    def save() -> None:
        journal.save([variable.numpy() for variable in variables_of(twin)])

    return [
        validation_of(plain, run, run.options.loss),
        EpochRows(len(run.split.train), rows),
        BestModels(plain, journal.places, journal.facts, rows),
        AfterEpoch(save, rows, run.options.patience),
        Progress(run.epochs, steps, rows, request),
    ]


def validation_of(plain: keras.Model, run: Run, loss: str) -> Validation:
    """Compile the twin that predicts a run's validation fields."""
    twin = predicting_twin(plain)
    twin.compile(loss=LOSSES[loss], metrics=figures(), jit_compile=False)
    batches = validation_batches(
        run.inputs.pictures, run.densities, run.split.validation, batch_size=run.options.batch_size
    )
    return Validation(twin, batches)


def training_batches_of(run: Run, first_epoch: int) -> tf.data.Dataset:
    """Batch a run's training fields from an epoch (counted from 0) on."""
    options = run.options
    return training_batches(
        run.inputs.training_pictures,
        run.densities,
        run.split.train,
        batch_size=options.batch_size,
        seed=options.seed,
        augment=options.augment,
        weights=run.weights,
        nuclei=run.inputs.nuclei,
        first_epoch=first_epoch,
    )


def _print_results(journal: Journal) -> None:
    run, best = journal.run, best_row(journal.rows)
    print(
        f"best epoch {best['epoch']}: val_mae {best['val_mae']:.4f}"
        f" (always answering the training mean: {run.baselines['training mean']['mae']:.4f};"
        f" classical model: {run.baselines['classical model']['mae']:.4f})"
    )
    print(f"log:    {journal.places.log}")
    print(f"graphs: {journal.places.graphs}")
    print(f"models: {journal.places.models}")
