"""The fit itself: network, batches and callbacks put together."""

import math

import keras
import tensorflow as tf

from common.batches import training_batches, validation_batches
from common.callbacks import BestModels, EpochRows, Progress, Validation
from common.density import keep_counts
from common.device import claim_device
from common.fields import Field
from common.folded import predicting_twin
from common.fused import training_twin
from common.graphs import draw_graph
from common.logbook import Row, best_row, write_log
from common.metrics import figures
from common.network import build_network
from common.precision import Device, choose_precision
from common.prepare import Run
from common.provenance import facts_of, now

_LOSSES = {"mse": "mse", "bce": "binary_crossentropy"}


def fit(run: Run) -> None:
    """Train a prepared run and leave its graphs, log and models. Raises InputError."""
    device = claim_device(run.options.seed)
    precision = choose_precision(run.options.precision, device)
    print(f"device: {device.name}; precision: {precision}")
    steps = math.ceil(len(run.split.train) / run.options.batch_size)
    momentum = _momentum(steps, run.options.weights)
    plain = _plain_network(run, momentum)
    keep_counts(run.counts, run.counts_path)
    facts = facts_of(run, device, precision, momentum)
    rows = EpochRows(len(run.split.train), lambda rows: _write_log(run, rows, facts))
    run.places.claim()
    try:
        _write_log(run, [], facts)
        callbacks = [
            _validation(plain, run),
            BestModels(plain, run.places, facts),
            rows,
            Progress(run.epochs, steps),
        ]
        twin = compile_for_training(
            plain, _optimizer(run, steps), precision, device, _LOSSES[run.options.loss]
        )
        _train(run, steps, twin, callbacks)
    finally:
        _leave(run, rows.rows)
    _write_log(run, rows.rows, facts | {"end": now()})
    _print_results(run, best_row(rows.rows))


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


def _optimizer(run: Run, steps: int) -> keras.Optimizer:
    optimizer = keras.optimizers.get(run.options.optimizer)
    cosine = run.options.schedule == "cosine"
    rate = run.setting.learning_rate
    optimizer.learning_rate = _cosine(rate, steps * run.epochs) if cosine else rate
    return optimizer


def _cosine(rate: float, steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    """Up to `rate` in the first tenth of the steps, then down to 0 (Loshchilov, Hutter 2017)."""
    warm_up = max(1, steps // 10)
    return keras.optimizers.schedules.CosineDecay(
        rate / 100, max(1, steps - warm_up), warmup_target=rate, warmup_steps=warm_up
    )


def _train(
    run: Run, steps: int, twin: keras.Model, callbacks: list[keras.callbacks.Callback]
) -> None:
    print(f"training {run.network}, for {run.epochs} epochs; results: {run.places.output}")
    twin.fit(
        _training_batches(run),
        steps_per_epoch=steps,
        epochs=run.epochs,
        shuffle=False,  # the batches are shuffled already
        verbose=0,
        callbacks=callbacks,
    )


def compile_for_training(
    plain: keras.Model,
    optimizer: keras.Optimizer,
    precision: str,
    device: Device,
    loss: str = "mse",
) -> keras.Model:
    """Make and compile the twin that trains a network; `precision` is not "auto"."""
    twin = training_twin(plain, precision)
    if precision == "float16":  # its smallest gradients would otherwise become 0
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    # Left to the first step, this makes TensorFlow trace the whole step a second time.
    optimizer.build(twin.trainable_variables)
    twin.compile(optimizer, loss=loss, metrics=figures(), jit_compile=device.compiles)
    return twin


def _validation(plain: keras.Model, run: Run) -> Validation:
    """Compile the twin that predicts."""
    twin = predicting_twin(plain)
    twin.compile(loss=_LOSSES[run.options.loss], metrics=figures(), jit_compile=False)
    batches = validation_batches(
        run.inputs.pictures, run.densities, run.split.validation, batch_size=run.options.batch_size
    )
    return Validation(twin, batches)


def _training_batches(run: Run) -> tf.data.Dataset:
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
    )


def _momentum(steps: int, weights: str) -> float:
    """Choose the momentum of the batch statistics that validation uses.

    Keras' 0.99 remembers hundreds of steps. A network trained from scratch on a few steps an
    epoch would be validated with statistics of weights that are long gone; with the momentum
    given here one epoch replaces 99 % of them. Statistics that come with weights keep 0.99.
    """
    return min(0.99, 0.01 ** (1 / steps)) if weights == "none" else 0.99


def _write_log(run: Run, rows: list[Row], facts: dict[str, object]) -> None:
    """Bring the log up to date; on Windows that fails while it is open in Excel."""
    try:
        write_log(run.places.log, rows, facts, run.baselines, _sides(run))
    except PermissionError:
        print(f"warning: {run.places.log} cannot be written now; close it, the next epoch tries")


def _sides(run: Run) -> list[tuple[Field, str]]:
    """Tell each field's side of the split, in the fields' order."""
    train = set(run.split.train.tolist())
    return [(f, "train" if at in train else "validation") for at, f in enumerate(run.fields)]


def _leave(run: Run, rows: list[Row]) -> None:
    """Draw what there is, however training ended; give the log's name back if there is nothing."""
    if not rows:
        run.places.log.unlink(missing_ok=True)
        return
    for figure in run.setting.graphs:
        draw_graph(run.places.graph(figure), figure, rows, run.title)


def _print_results(run: Run, best: Row) -> None:
    print(
        f"best epoch {best['epoch']}: val_mae {best['val_mae']:.4f}"
        f" (always answering the training mean: {run.baselines['training mean']['mae']:.4f};"
        f" classical model: {run.baselines['classical model']['mae']:.4f})"
    )
    print(f"log:    {run.places.log}")
    print(f"graphs: {run.places.graph('loss').parent}")
    print(f"models: {run.places.models}")
