"""Pictures -> batches: shuffled and augmented anew each epoch, the same for the same seed.

All randomness is computed from the seed, the epoch and the field's position, and from nothing
that came before, so that an epoch's batches do not depend on where a run was started.
"""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from common.config.prepare import PreparedData
from common.learning.augmentation import AUGMENTATIONS, random_window
from common.learning.nuclei_map import cells_of, count_in_cells

# Batches made ahead while the network computes, and threads that make them. Fixed, because
# tf.data's autotuner holds up the end of every epoch: deleting an iterator waits until the
# tuner's thread wakes, and that sleeps for 10, 20, 40 ms ... up to 60 s (TensorFlow 2.21).
_AHEAD = 2
_THREADS = 2

Shown = tf.Tensor | tuple[tf.Tensor, tf.Tensor]


@dataclass(frozen=True)
class TrainingFields:
    """What training batches are made of.

    Attributes:
        pictures: uint8, (fields, size, size, 3).
        densities: (fields,), 0 to 1.
        positions: The fields that train.
        weights: Of each field in the loss, (fields,); None for equal ones.
        nuclei: As load_nuclei has them; None where neither of the following is wanted.
        windows: Whether random windows of half the size are cut from the pictures; their weights
            are then in proportion to their nuclei.
        counted: Whether batches also tell how many nuclei each cell of the network's map holds.
    """

    pictures: np.ndarray
    densities: np.ndarray
    positions: np.ndarray
    weights: np.ndarray | None = None
    nuclei: np.ndarray | None = None
    windows: bool = False
    counted: bool = False


def training_batches_of(data: PreparedData, first_epoch: int) -> tf.data.Dataset:
    """Batch a run's training fields from an epoch (counted from 0) on."""
    plan = data.plan
    fields = TrainingFields(
        pictures=data.training_pictures,
        densities=plan.densities,
        positions=plan.split.train,
        weights=plan.weights,
        nuclei=data.nuclei,
        windows=plan.pictures.windows,
        counted=plan.machinery.by_nuclei,
    )
    return training_batches(
        fields,
        batch_size=plan.machinery.batch_size,
        seed=plan.machinery.seed,
        augment=plan.pictures.augment,
        first_epoch=first_epoch,
    )


def held_out_batches_of(data: PreparedData) -> tf.data.Dataset:
    """Batch the pictures of a run's fields that do not train."""
    plan = data.plan
    size = plan.machinery.batch_size
    return held_out_batches(data.pictures, plan.split.held_out, batch_size=size)


def training_batches(
    fields: TrainingFields, *, batch_size: int, seed: int, augment: str, first_epoch: int = 0
) -> tf.data.Dataset:
    """Batch the training fields for epoch after epoch without end.

    An epoch ends with a smaller batch where the fields do not fill it.

    Args:
        fields: What is batched.
        batch_size: Fields a batch.
        seed: Of all randomness.
        augment: One of AUGMENTATIONS.
        first_epoch: Counted from 0.

    Returns:
        Batches of float32 pictures 0 to 255, (batch, size, size, 3), and float32 densities,
        (batch, 1); with weights these as well, (batch, 1), 1 on average. Where nuclei are counted,
        pictures and counts, float32, (batch, cells, cells, 2), in place of pictures.
    """
    count = len(fields.positions)

    def epoch_of_batches(epoch: tf.Tensor) -> tf.data.Dataset:
        order = tf.random.experimental.stateless_shuffle(fields.positions, seed=[seed, epoch])
        batches = tf.data.Dataset.from_tensor_slices(order).enumerate()
        # epoch * count + step: a number that no other picture of the run is augmented with.
        batches = batches.map(
            lambda step, position: _augmented(
                fields, position, tf.stack([seed, epoch * count + step]), augment
            ),
            num_parallel_calls=_THREADS,
        )
        # Batched before the epochs are joined, so that no batch holds fields of two of them.
        return batches.batch(batch_size).map(_with_mean_weight_1)

    epochs = tf.data.Dataset.range(first_epoch, tf.int64.max)
    return _ahead(epochs.flat_map(epoch_of_batches))


def _with_mean_weight_1(
    pictures: Shown, densities: tf.Tensor, *weights: tf.Tensor
) -> tuple[Shown | tf.Tensor, ...]:
    """Scale a batch's weights, if there are any, to 1 on average.

    Windows hold fewer nuclei than their fields; left as they are, small weights would shrink the
    steps, as a smaller learning rate does.
    """
    return pictures, densities, *(one / tf.reduce_mean(one) for one in weights)


def _augmented(
    fields: TrainingFields, position: tf.Tensor, seed: tf.Tensor, augment: str
) -> tuple[Shown | tf.Tensor, ...]:
    """Take one field, or a window of it, and augment it."""
    columns = [fields.densities] + ([] if fields.weights is None else [fields.weights])
    picture, *values = _field(fields.pictures, columns, position)
    nuclei = tf.zeros((0, 3)) if fields.nuclei is None else tf.gather(fields.nuclei, position)
    if fields.windows:
        seed, window_seed = tf.unstack(tf.random.split(seed))
        picture, nuclei, values = _window(picture, nuclei, values, window_seed)
    picture, nuclei = AUGMENTATIONS[augment](picture, nuclei, seed)
    if not fields.counted:
        return picture, *values
    return (picture, count_in_cells(nuclei, cells_of(picture.shape[0]))), *values


def _window(
    picture: tf.Tensor, nuclei: tf.Tensor, values: list[tf.Tensor], seed: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor, list[tf.Tensor]]:
    """Replace a field by a window of it, with its density; its weight is that of its nuclei."""
    window, inside = random_window(picture, nuclei, seed, picture.shape[0] // 2)
    total, of_field = _count(inside), _count(nuclei)
    density = tf.math.count_nonzero(inside[:, 2] > 0, dtype=tf.float32) / total
    # A field's weight is in proportion to its nuclei: of a window with half of them, half of it.
    return window, inside, [density[tf.newaxis], *(one * total / of_field for one in values[1:])]


def _count(nuclei: tf.Tensor) -> tf.Tensor:
    return tf.math.count_nonzero(nuclei[:, 2] >= 0, dtype=tf.float32)


def held_out_batches(
    pictures: np.ndarray, positions: np.ndarray, *, batch_size: int
) -> tf.data.Dataset:
    """Batch fields that do not train once, in order and unchanged.

    Args:
        pictures: uint8, (fields, size, size, 3).
        positions: The fields used.
        batch_size: Fields a batch.

    Returns:
        Batches of float32 pictures, 0 to 255, (batch, size, size, 3).
    """
    fields = tf.data.Dataset.from_tensor_slices(positions)
    fields = fields.map(lambda position: _field(pictures, [], position)[0])
    return _ahead(fields.batch(batch_size))


def _ahead(batches: tf.data.Dataset) -> tf.data.Dataset:
    options = tf.data.Options()
    options.autotune.enabled = False
    return batches.prefetch(_AHEAD).with_options(options)


def _field(
    pictures: np.ndarray, columns: list[np.ndarray], position: tf.Tensor
) -> tuple[tf.Tensor, ...]:
    """Take one field out of the memory map, so that memory holds only the batches at hand."""
    # Where operations must be deterministic, tf.data would run a stateful function serially.
    picture = tf.numpy_function(lambda at: pictures[at], [position], tf.uint8, stateful=False)
    # A Python function's result has no shape that TensorFlow could know.
    picture = tf.cast(tf.ensure_shape(picture, pictures.shape[1:]), tf.float32)
    values = [tf.gather(tf.constant(column, tf.float32), position) for column in columns]
    return picture, *(value[tf.newaxis] for value in values)
