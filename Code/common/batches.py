"""Pictures -> batches: shuffled and augmented anew each epoch, the same for the same seed.

All randomness is computed from the seed, the epoch and the field's position, and from nothing
that came before, so that an epoch's batches do not depend on where a run was started.
"""

import numpy as np
import tensorflow as tf
from skimage.color import hed_from_rgb, rgb_from_hed

from common.windows import random_window

# Mild, as staining and scanners vary: brightness by up to 8 % of the range, contrast by 15 %.
_BRIGHTNESS = 0.08 * 255
_CONTRAST = (0.85, 1.15)
# Stain jitter: each stain's amount by up to 10 %, and a little stain more or less everywhere, in
# natural optical density (Tellez et al. 2018, doi 10.1109/TMI.2018.2820199, tried 5 % and 20 %).
_STAIN_FACTOR, _STAIN_SHIFT = 0.1, 0.02
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
    augment: str,
    weights: np.ndarray | None = None,
    nuclei: np.ndarray | None = None,
    first_epoch: int = 0,
) -> tf.data.Dataset:
    """Batch the training fields for epoch after epoch without end.

    pictures: uint8, (fields, size, size, 3). densities: (fields,). positions: the fields used.
    augment: one of AUGMENTATIONS. weights: of each field in the loss, (fields,). nuclei: as
    load_nuclei has them; random windows of half the size are then cut from the pictures, and
    their weights are in proportion to their nuclei.
    Yields float32 pictures 0 to 255, (batch, size, size, 3), and float32 densities, (batch, 1);
    with weights these as well, (batch, 1).
    An epoch ends with a smaller batch where the fields do not fill it.
    """
    count = len(positions)
    columns = [densities] if weights is None else [densities, weights]

    def field_of(position: tf.Tensor, seed: tf.Tensor) -> tuple[tf.Tensor, ...]:
        picture, *values = _field(pictures, columns, position)
        if nuclei is not None:
            seed, window_seed = tf.unstack(tf.random.split(seed))
            picture, values = _window(picture, values, tf.gather(nuclei, position), window_seed)
        return AUGMENTATIONS[augment](picture, seed), *values

    def epoch_of_batches(epoch: tf.Tensor) -> tf.data.Dataset:
        order = tf.random.experimental.stateless_shuffle(positions, seed=[seed, epoch])
        batches = tf.data.Dataset.from_tensor_slices(order).enumerate()
        batches = batches.map(
            lambda step, position: field_of(position, tf.stack([seed, epoch * count + step])),
            num_parallel_calls=_THREADS,
        )
        return batches.batch(batch_size)

    epochs = tf.data.Dataset.range(first_epoch, tf.int64.max)
    return _ahead(epochs.flat_map(epoch_of_batches))


def _window(
    picture: tf.Tensor, values: list[tf.Tensor], nuclei: tf.Tensor, seed: tf.Tensor
) -> tuple[tf.Tensor, list[tf.Tensor]]:
    """Replace a field by a window of it; its weight keeps what one nucleus weighs."""
    window, density, total = random_window(picture, nuclei, seed, picture.shape[0] // 2)
    of_field = tf.math.count_nonzero(nuclei[:, 2] >= 0, dtype=tf.float32)
    return window, [density[tf.newaxis], *(weight * total / of_field for weight in values[1:])]


def validation_batches(
    pictures: np.ndarray, densities: np.ndarray, positions: np.ndarray, *, batch_size: int
) -> tf.data.Dataset:
    """Batch the validation fields once, in order and unchanged; shapes as training_batches."""
    fields = tf.data.Dataset.from_tensor_slices(positions)
    fields = fields.map(lambda position: _field(pictures, [densities], position))
    return _ahead(fields.batch(batch_size))


def _ahead(batches: tf.data.Dataset) -> tf.data.Dataset:
    options = tf.data.Options()
    options.autotune.enabled = False
    return batches.prefetch(_AHEAD).with_options(options)


def _field(
    pictures: np.ndarray, columns: list[np.ndarray], position: tf.Tensor
) -> tuple[tf.Tensor, ...]:
    """Take one field out of the memory map, so that memory holds only the batches at hand."""
    picture = tf.numpy_function(lambda at: pictures[at], [position], tf.uint8, stateful=False)
    picture = tf.cast(tf.ensure_shape(picture, pictures.shape[1:]), tf.float32)
    values = [tf.gather(tf.constant(column, tf.float32), position) for column in columns]
    return picture, *(value[tf.newaxis] for value in values)


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


def strong_augmentation(picture: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Vary the stains, then do what standard_augmentation does; shapes as there."""
    seeds = tf.random.split(seed, 2)
    return standard_augmentation(stain_jitter(picture, seeds[0]), seeds[1])


def stain_jitter(picture: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Vary the amounts of haematoxylin, eosin and DAB, each by itself; shapes as above.

    The stains' colours are those of Ruifrok and Johnston 2001, as scikit-image has them.
    """
    optical_density = -tf.math.log(tf.maximum(picture, 1.0) / 255)
    stains = tf.tensordot(optical_density, tf.constant(hed_from_rgb, tf.float32), 1)
    change = tf.random.stateless_uniform([2, 3], seed, -1, 1)
    stains = stains * (1 + _STAIN_FACTOR * change[0]) + _STAIN_SHIFT * change[1]
    optical_density = tf.tensordot(stains, tf.constant(rgb_from_hed, tf.float32), 1)
    return tf.clip_by_value(255 * tf.exp(-optical_density), 0, 255)


AUGMENTATIONS = {
    "none": lambda picture, seed: picture,
    "standard": standard_augmentation,
    "strong": strong_augmentation,
}
