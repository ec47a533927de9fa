"""Supervision by nuclei: while a network trains, its map also tells where which nuclei are.

A field has one density, but some 30 nuclei whose places are annotated. A second head on conv4
answers how many tumour nuclei and how many others each cell of its map holds, and is judged by the
likelihood of the counts, Poisson-distributed (as Lempitsky and Zisserman 2010 train density maps,
but in the network's own cells). It is only for training: what is saved is the network without it.
"""

import keras
import tensorflow as tf

STAGE, _STRIDE = "conv4", 16  # px of the input an edge of a cell
_HEAD = "nuclei"
# Of the likelihood, a mean over cells and kinds, beside the loss of the density.
_WEIGHT = 0.2


def cells_of(image_size: int) -> int:
    """Return how many cells of the map lie along an edge of the input, whose px are given."""
    return -(-image_size // _STRIDE)


def count_in_cells(nuclei: tf.Tensor, cells: int) -> tf.Tensor:
    """Count nuclei in the cells of a map.

    Args:
        nuclei: As load_nuclei has them, (nuclei, 3).
        cells: Along an edge.

    Returns:
        float32, (cells, cells, 2): down, across; tumour nuclei, others.
    """
    real = nuclei[nuclei[:, 2] >= 0]  # padding is -1
    places = tf.clip_by_value(tf.cast(real[:, :2] * cells, tf.int32), 0, cells - 1)
    kinds = 1 - tf.cast(real[:, 2], tf.int32)
    indices = tf.stack([places[:, 1], places[:, 0], kinds], axis=1)
    counts = tf.scatter_nd(indices, tf.ones(tf.shape(real)[0]), (cells, cells, 2))
    return tf.ensure_shape(counts, (cells, cells, 2))


def supervised_by_nuclei(twin: keras.Model) -> keras.Model:
    """Return what trains a network by density and nuclei: pictures and counts -> densities.

    Args:
        twin: The network's training twin; its layers are shared.

    Raises:
        ValueError: The network has no such stage.
    """
    (size, _, _) = twin.input_shape[1:]
    counts = keras.Input((cells_of(size), cells_of(size), 2), name="counts")
    (features,) = [layer.output for layer in twin.layers if layer.name == _last(twin)]
    head = keras.layers.Conv2D(2, 1, activation="softplus", dtype="float32", name=_HEAD)
    density = NucleiLikelihood(dtype="float32")([twin.output, head(features), counts])
    return keras.Model([twin.input, counts], density)


def _last(twin: keras.Model) -> str:
    """Name the last layer of the stage."""
    return [layer.name for layer in twin.layers if layer.name.startswith(STAGE)][-1]


class NucleiLikelihood(keras.layers.Layer):
    """Passes densities on, and adds to the loss how unlikely the counted nuclei are."""

    def call(self, inputs: list[tf.Tensor]) -> tf.Tensor:
        """Add to the loss.

        Args:
            inputs: Densities, (batch, 1); expected and true counts, (batch, cells, cells, 2).
        """
        density, expected, counts = inputs
        self.add_loss(_WEIGHT * tf.reduce_mean(keras.losses.poisson(counts, expected)))
        return density
