"""What is done to training pictures: random windows, flips, turns, brightness, contrast, stains.

A few hundred fields are little to train on. A window of a field is another picture with another
true density, which a crop with the whole field's density would not be.
"""

import numpy as np
import tensorflow as tf
from skimage.color import hed_from_rgb, rgb_from_hed

LEAST_EDGE = 0.5  # of the field's; the pictures that windows are cut from have twice the size
_LEAST_NUCLEI = 5  # fewer say too little; then the window is the whole field
# Mild, as staining and scanners vary: brightness by up to 8 % of the range, contrast by 15 %.
_BRIGHTNESS = 0.08 * 255
_CONTRAST = (0.85, 1.15)
# Stain jitter: each stain's amount by up to 10 %, and a little stain more or less everywhere, in
# natural optical density (Tellez et al. 2018, doi 10.1109/TMI.2018.2820199, tried 5 % and 20 %).
_STAIN_FACTOR, _STAIN_SHIFT = 0.1, 0.02
Augmented = tuple[tf.Tensor, tf.Tensor]  # a picture and its nuclei


def random_window(
    picture: tf.Tensor, nuclei: tf.Tensor, seed: tf.Tensor, size: int
) -> tuple[tf.Tensor, tf.Tensor]:
    """Cut a square window of random size and place.

    Args:
        picture: float32, (edge, edge, 3).
        nuclei: As load_nuclei has them, (most, 3).
        seed: int64, (2,).
        size: Edge of the result, px.

    Returns:
        The window resized to (size, size, 3); its nuclei, by their places in it, those outside
        become padding.
    """
    shares = tf.random.stateless_uniform([3], seed)
    edge = LEAST_EDGE + (1 - LEAST_EDGE) * shares[0]
    corner = shares[1:] * (1 - edge)
    inside = _inside(nuclei, corner, edge)
    too_few = tf.reduce_sum(inside) < _LEAST_NUCLEI
    edge, corner = tf.where(too_few, 1.0, edge), tf.where(too_few, 0.0, corner)
    inside = _inside(nuclei, corner, edge)[:, tf.newaxis] > 0
    moved = tf.concat([(nuclei[:, :2] - corner) / edge, nuclei[:, 2:]], axis=1)
    return _cut(picture, corner, edge, size), tf.where(inside, moved, -1.0)


def _inside(nuclei: tf.Tensor, corner: tf.Tensor, edge: tf.Tensor) -> tf.Tensor:
    """Mark with 1 the nuclei in the window; of the whole field all, those on its rim as well."""
    real = nuclei[:, 2] >= 0  # padding is -1
    place = nuclei[:, :2] - corner
    within = tf.reduce_all((place >= 0) & (place < edge), axis=1) | (edge >= 1)
    return tf.cast(real & within, tf.float32)


def _cut(picture: tf.Tensor, corner: tf.Tensor, edge: tf.Tensor, size: int) -> tf.Tensor:
    pixels = tf.cast(tf.shape(picture)[0], tf.float32)
    # Each is rounded down, so that left + width does not lie beyond the picture's edge.
    left, top, width = tf.unstack(tf.cast(tf.stack([*tf.unstack(corner), edge]) * pixels, tf.int32))
    # A window shrinks by up to a half: without antialiasing its finest texture would be garbled.
    window = picture[top : top + width, left : left + width]
    return tf.ensure_shape(tf.image.resize(window, (size, size), antialias=True), (size, size, 3))


def standard_augmentation(picture: tf.Tensor, nuclei: tf.Tensor, seed: tf.Tensor) -> Augmented:
    """Flip, turn by quarters, and vary brightness and contrast mildly.

    None of it changes the density.

    Args:
        picture: float32 RGB 0 to 255, (size, size, 3).
        nuclei: As load_nuclei has them, (nuclei, 3); they go where the picture shows them.
        seed: int64, (2,); the same seed does the same.

    Returns:
        Both.
    """
    # Drawn from one seed, two of these would be the same numbers, and vary together.
    seeds = tf.unstack(tf.random.split(seed, 5))
    for column, axis in enumerate((1, 0)):  # left and right, up and down
        flips = tf.random.stateless_uniform([], seeds[column]) < 0.5
        picture = tf.where(flips, tf.reverse(picture, [axis]), picture)
        nuclei = tf.where(flips, _mirrored(nuclei, column), nuclei)
    turns = tf.random.stateless_uniform([], seeds[2], 0, 4, tf.int32)
    picture = tf.image.rot90(picture, turns)
    for turn in range(3):
        # A quarter turn to the left: what was on the right is at the top.
        turned = _mirrored(tf.gather(nuclei, [1, 0, 2], axis=1), 1)
        nuclei = tf.where(turns > turn, turned, nuclei)
    picture = tf.image.stateless_random_brightness(picture, _BRIGHTNESS, seeds[3])
    picture = tf.image.stateless_random_contrast(picture, *_CONTRAST, seeds[4])
    return tf.clip_by_value(picture, 0, 255), nuclei


def _mirrored(nuclei: tf.Tensor, column: int) -> tf.Tensor:
    """Mirror places across (column 0) or down (column 1)."""
    columns = tf.unstack(nuclei, axis=1)
    columns[column] = 1 - columns[column]
    return tf.stack(columns, axis=1)


def strong_augmentation(picture: tf.Tensor, nuclei: tf.Tensor, seed: tf.Tensor) -> Augmented:
    """Vary the stains, then do what standard_augmentation does.

    Args:
        picture: float32 RGB 0 to 255, (size, size, 3).
        nuclei: As load_nuclei has them, (nuclei, 3).
        seed: int64, (2,); the same seed does the same.

    Returns:
        Both.
    """
    seeds = tf.random.split(seed, 2)
    return standard_augmentation(stain_jitter(picture, seeds[0]), nuclei, seeds[1])


def stain_jitter(picture: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Vary the amounts of haematoxylin, eosin and DAB, each by itself.

    The stains' colours are those of Ruifrok and Johnston 2001, as scikit-image has them.

    Args:
        picture: float32 RGB 0 to 255, (size, size, 3).
        seed: int64, (2,); the same seed does the same.

    Returns:
        float32 RGB 0 to 255, (size, size, 3).
    """
    # Black has no finite optical density; 1 of 255 stands for it.
    optical_density = -tf.math.log(tf.maximum(picture, 1.0) / 255)
    stains = tf.tensordot(optical_density, tf.constant(hed_from_rgb, tf.float32), 1)
    change = tf.random.stateless_uniform([2, 3], seed, -1, 1)
    stains = stains * (1 + _STAIN_FACTOR * change[0]) + _STAIN_SHIFT * change[1]
    optical_density = tf.tensordot(stains, tf.constant(rgb_from_hed, tf.float32), 1)
    return tf.clip_by_value(255 * tf.exp(-optical_density), 0, 255)


AUGMENTATIONS = {
    "none": lambda picture, nuclei, seed: (picture, nuclei),
    "standard": standard_augmentation,
    "strong": strong_augmentation,
}


def augmented(picture: np.ndarray, augment: str, seed: int) -> np.ndarray:
    """Return what an augmentation makes of a uint8 RGB picture; each seed another one."""
    given, nuclei = tf.cast(picture, tf.float32), tf.zeros((0, 3))
    made, _ = AUGMENTATIONS[augment](given, nuclei, tf.constant([seed, 0], tf.int64))
    return made.numpy().astype(np.uint8)
