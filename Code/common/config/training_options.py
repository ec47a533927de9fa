"""Options: how a network is trained, and where its results go. As in data_options, a field each."""

from dataclasses import dataclass
from pathlib import Path

from common.config.data_options import SAMPLE_EPOCHS
from common.metrics.losses import LOSSES
from common.models.precision import PRECISIONS
from common.models.weights import PAINTED_FIELDS
from common.utils.cli import option
from common.utils.ranges import whole_number

MOST_EPOCHS = 100_000
BATCH_SIZE, AUTO = 16, "auto"
OPTIMIZERS = ("adam", "adamw", "sgd", "rmsprop")
CONSTANT, COSINE = SCHEDULES = ("constant", "cosine")


@dataclass(frozen=True)
class MachineryOptions:
    """Options of training that a hyper-parameter search does not vary."""

    weights: str = option(
        "imagenet",
        "imagenet (default; downloaded once, see Fetch_Weights.py), none, painted (the network is "
        "first trained on painted tissue, once for all runs), imagenet+painted, or an .h5 file of "
        "this network",
        sample="none",
        entry="weights",
    )
    painted_fields: int | None = option(
        None,
        f"fields that are painted for --weights painted (default: {PAINTED_FIELDS})",
        entry="painted fields",
        type=whole_number(1, 1_000_000),
        metavar="N",
    )
    batch_size: int | str = option(
        BATCH_SIZE,
        "default: 16; auto: of an earlier run there its own, else the largest power of 2 that the "
        "GPU's memory holds, which is tried before training; on a CPU 16",
        entry="batch size",
        type=whole_number(1, 4096, AUTO),
        metavar="N",
    )
    accumulate: int = option(
        1,
        "average the gradients of N batches for each update, as of a batch N times as large; batch "
        "normalisation still sees batches of --batch-size alone (default: 1)",
        entry="batches an update",
        type=whole_number(1, 4096),
        metavar="N",
    )
    weight_by_count: bool = option(
        False, "weigh each training field by its number of nuclei", entry="weighted by count"
    )
    supervise: str = option(
        "density",
        "nuclei: while it trains, the network also learns where which nuclei are; what is saved is "
        "the same network (default: density)",
        entry="supervised by",
        choices=("density", "nuclei"),
    )
    precision: str = option(
        "auto",
        "of the activations while training; auto: the fastest that is safe on the device; "
        "weights, loss and metrics are float32 in all (default: auto)",
        entry="precision asked",
        choices=PRECISIONS,
    )
    devices: str = option(
        "one",
        "all: each batch is divided among all GPUs of the machine (default: one)",
        entry="devices",
        choices=("one", "all"),
    )
    seed: int = option(
        0, "another seed, another run (default: 0)", entry="seed", type=whole_number(0, 2**32 - 1)
    )

    @property
    def by_nuclei(self) -> bool:
        """Whether the network also learns where the nuclei are."""
        return self.supervise == "nuclei"


@dataclass(frozen=True)
class LearningOptions:
    """Options of training that a hyper-parameter search may vary, and when training ends."""

    epochs: int | None = option(
        None,
        "default: 50, in dropout folders 100",
        sample=SAMPLE_EPOCHS,
        type=whole_number(1, MOST_EPOCHS),
    )
    patience: int | None = option(
        None,
        "end after N epochs without a lower val_loss (default: train all epochs)",
        entry="patience",
        type=whole_number(1, MOST_EPOCHS),
        metavar="N",
    )
    optimizer: str = option(
        "adam",
        "with Keras' defaults apart from the learning rate (default: adam)",
        entry="optimizer",
        choices=OPTIMIZERS,
    )
    schedule: str = option(
        "constant",
        "of the learning rate; cosine: up to the folder's in the first tenth of the steps, then "
        "down to 0 along a cosine (default: constant)",
        entry="schedule",
        choices=SCHEDULES,
    )
    loss: str = option(
        "mse",
        "mse (default), bce: binary cross-entropy with the density as target, or mae: absolute "
        "error, whose best answer is the median where the others' is the mean",
        entry="loss function",
        choices=LOSSES,
    )


@dataclass(frozen=True)
class ResultOptions:
    """Where results go, and how many of them are kept."""

    folder: Path | None = option(
        None,
        "the learning-rate folder; the scripts inside those folders give it themselves",
        type=Path,
    )
    output: Path | None = option(
        None,
        "folder that receives Graphs/, Log_Files/, Models/ (default: the learning-rate folder; "
        "with --sample its Sample/)",
        type=Path,
    )
    again: bool = option(
        False,
        "keep the results of earlier runs of the network and add a run beside them: log1.xlsx, "
        "loss-run1.png, best_model...-run1.h5",
    )
    keep_best: int | None = option(
        None,
        "keep only the newest N model files of the run (default: all)",
        type=whole_number(1, MOST_EPOCHS),
        metavar="N",
    )
    tensorboard: bool = option(
        False,
        "write the metrics of each epoch for TensorBoard as well: tensorboard --logdir "
        "LR_0_0001/Log_Files",
    )
