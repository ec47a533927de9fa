"""Random windows of a field of view, each with the density of the nuclei that lie in it.

A few hundred fields are little to train on. A window of a field is another picture with another
true density, which a crop with the whole field's density would not be.
"""

import tensorflow as tf

LEAST_EDGE = 0.5  # of the field's; the pictures that windows are cut from have twice the size
_LEAST_NUCLEI = 5  # fewer say too little; then the window is the whole field


def random_window(
    picture: tf.Tensor, nuclei: tf.Tensor, seed: tf.Tensor, size: int
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Cut a square window of random size and place, and count anew.

    picture: float32, (edge, edge, 3). nuclei: as load_nuclei has them, (most, 3). seed: int64,
    (2,). Returns the window resized to (size, size, 3), its density, its number of nuclei.
    """
    shares = tf.random.stateless_uniform([3], seed)
    edge = LEAST_EDGE + (1 - LEAST_EDGE) * shares[0]
    corner = shares[1:] * (1 - edge)
    inside = _inside(nuclei, corner, edge)
    too_few = tf.reduce_sum(inside) < _LEAST_NUCLEI
    edge, corner = tf.where(too_few, 1.0, edge), tf.where(too_few, 0.0, corner)
    inside = _inside(nuclei, corner, edge)
    total = tf.reduce_sum(inside)
    return _cut(picture, corner, edge, size), tf.reduce_sum(inside * nuclei[:, 2]) / total, total


def _inside(nuclei: tf.Tensor, corner: tf.Tensor, edge: tf.Tensor) -> tf.Tensor:
    """Mark with 1 the nuclei in the window; of the whole field all, those on its rim as well."""
    real = nuclei[:, 2] >= 0  # padding is -1
    place = nuclei[:, :2] - corner
    within = tf.reduce_all((place >= 0) & (place < edge), axis=1) | (edge >= 1)
    return tf.cast(real & within, tf.float32)


def _cut(picture: tf.Tensor, corner: tf.Tensor, edge: tf.Tensor, size: int) -> tf.Tensor:
    pixels = tf.cast(tf.shape(picture)[0], tf.float32)
    left, top, width = tf.unstack(tf.cast(tf.stack([*tf.unstack(corner), edge]) * pixels, tf.int32))
    window = picture[top : top + width, left : left + width]
    return tf.ensure_shape(tf.image.resize(window, (size, size), antialias=True), (size, size, 3))
