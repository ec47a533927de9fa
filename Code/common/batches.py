"""Pictures -> batches: shuffled and augmented anew each epoch, the same for the same seed.

All randomness is computed from the seed, the epoch and the field's position, and from nothing
that came before, so that an epoch's batches do not depend on where a run was started.
"""

import numpy as np
import tensorflow as tf

# Mild, as staining and scanners vary: brightness by up to 8 % of the range, contrast by 15 %.
_BRIGHTNESS = 0.08 * 255
_CONTRAST = (0.85, 1.15)
# Batches made ahead while the network computes, and threads that make them. Fixed, because
# tf.data's autotuner holds up the end of every epoch: deleting an iterator waits until the
# tuner's thread wakes, and that sleeps for 10, 20, 40 ms ... up to 60 s (TensorFlow 2.21).
_AHEAD = 2
_THREADS = 2


def training_batches(
    pictures: np.ndarray,
    densities: np.ndarray,
    positions: np.ndarray,
    *,
    batch_size: int,
    seed: int,
    augment: bool,
    first_epoch: int = 0,
) -> tf.data.Dataset:
    """Batch the training fields for epoch after epoch without end.

    pictures: uint8, (fields, size, size, 3). densities: (fields,). positions: the fields used.
    Yields float32 pictures 0 to 255, (batch, size, size, 3), and float32 densities, (batch, 1).
    An epoch ends with a smaller batch where the fields do not fill it.
    """
    count = len(positions)

    def epoch_of_batches(epoch: tf.Tensor) -> tf.data.Dataset:
        order = tf.random.experimental.stateless_shuffle(positions, seed=[seed, epoch])
        batches = tf.data.Dataset.from_tensor_slices(order)
        batches = batches.map(lambda position: _field(pictures, densities, position))
        if augment:
            batches = batches.enumerate().map(
                lambda step, field: (
                    standard_augmentation(field[0], tf.stack([seed, epoch * count + step])),
                    field[1],
                ),
                num_parallel_calls=_THREADS,
            )
        return batches.batch(batch_size)

    epochs = tf.data.Dataset.range(first_epoch, tf.int64.max)
    return _ahead(epochs.flat_map(epoch_of_batches))


def validation_batches(
    pictures: np.ndarray, densities: np.ndarray, positions: np.ndarray, *, batch_size: int
) -> tf.data.Dataset:
    """Batch the validation fields once, in order and unchanged; shapes as training_batches."""
    fields = tf.data.Dataset.from_tensor_slices(positions)
    fields = fields.map(lambda position: _field(pictures, densities, position))
    return _ahead(fields.batch(batch_size))


def _ahead(batches: tf.data.Dataset) -> tf.data.Dataset:
    options = tf.data.Options()
    options.autotune.enabled = False
    return batches.prefetch(_AHEAD).with_options(options)


def _field(
    pictures: np.ndarray, densities: np.ndarray, position: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Take one field out of the memory map, so that memory holds only the batches at hand."""
    picture = tf.numpy_function(lambda at: pictures[at], [position], tf.uint8, stateful=False)
    picture = tf.cast(tf.ensure_shape(picture, pictures.shape[1:]), tf.float32)
    density = tf.gather(tf.constant(densities, tf.float32), position)
    return picture, density[tf.newaxis]


def standard_augmentation(picture: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Flip, turn by quarters, and vary brightness and contrast mildly.

    picture: float32 RGB 0 to 255, (size, size, 3). seed: int64 of shape (2,); the same seed does
    the same. None of it changes the density.
    """
    seeds = tf.unstack(tf.random.split(seed, 5))
    picture = tf.image.stateless_random_flip_left_right(picture, seeds[0])
    picture = tf.image.stateless_random_flip_up_down(picture, seeds[1])
    turns = tf.random.stateless_uniform([], seeds[2], 0, 4, tf.int32)
    picture = tf.image.rot90(picture, turns)
    picture = tf.image.stateless_random_brightness(picture, _BRIGHTNESS, seeds[3])
    picture = tf.image.stateless_random_contrast(picture, *_CONTRAST, seeds[4])
    return tf.clip_by_value(picture, 0, 255)
