"""What a run is to do: its setting, data set, fields and split, checked; pictures come later."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from common.config.data_plan import DataPlan, plan_data
from common.config.lr_folder import Setting, setting_of
from common.config.network_options import NetworkOptions
from common.config.recipe import Recipe, network_entries
from common.config.training_options import AUTO, LearningOptions
from common.data.loading import Labels, load_labels
from common.models.architecture import Architecture
from common.models.imagenet import ImageNetWeights
from common.models.weights import check_weights, imagenet_for, pretraining_of, weights_content
from common.utils.errors import InputError


@dataclass(frozen=True)
class Plan:
    """What a run is to do.

    Attributes:
        network: What is trained.
        setting: What the folder's name decides.
        data: What it is trained on.
        learning: How.
        output: The folder that receives Graphs/, Log_Files/ and Models/.
        again: Whether the run stands beside earlier ones.
        keep_best: How many model files are kept, None for all.
        tensorboard: Whether metrics are written for TensorBoard as well.
    """

    network: Architecture
    setting: Setting
    data: DataPlan
    learning: LearningOptions
    output: Path
    again: bool
    keep_best: int | None
    tensorboard: bool

    @property
    def epochs(self) -> int:
        """The number of epochs to train."""
        return self.learning.epochs or self.setting.epochs

    @property
    def has_batch_size(self) -> bool:
        """Whether it is settled of how many fields a batch is."""
        return self.data.machinery.batch_size != AUTO

    def with_batch_size(self, size: int) -> "Plan":
        """Return the plan with batches of so many fields.

        Raises:
            InputError: An epoch would have fewer of them than an update.
        """
        machinery = replace(self.data.machinery, batch_size=size)
        return replace(self, data=replace(self.data, machinery=machinery))

    @property
    def recipe(self) -> Recipe:
        """All that the run's metrics depend on, but for the pictures."""
        machinery, size = self.data.machinery, self.data.pictures.image_size
        wanted = (machinery.weights, machinery.painted_fields)
        pretraining = pretraining_of(*wanted, self.network.depth, size)
        return Recipe(
            setting=self.setting,
            network=network_entries(self.network),
            learning=self.learning,
            machinery=machinery,
            data=self.data.entries,
            pictures=self.data.pictures,
            again=self.again,
            epochs=self.epochs,
            weights_content=weights_content(machinery.weights, pretraining),
        )

    @property
    def imagenet(self) -> ImageNetWeights | None:
        """The ImageNet weights that the network begins with; None if it does not."""
        machinery, size = self.data.machinery, self.data.pictures.image_size
        return imagenet_for(machinery.weights, machinery.painted_fields, self.network.depth, size)

    @property
    def title(self) -> str:
        """The title of the run's graphs."""
        lines = f"{self.network}\nlearning rate {self.setting.learning_rate:g}"
        if self.setting.dropout:
            lines += f", dropout {self.setting.dropout:g}"
        return lines + (" (SYNTHETIC data)" if self.data.labels.data_set.synthetic else "")


def make_plan(
    network: Architecture, options: NetworkOptions, load: Callable[..., Labels] = load_labels
) -> Plan:
    """Check a run's setting, data set and split; `load` as plan_data has it.

    Raises:
        InputError: Something that the user gave cannot be.
    """
    folder = _checked(options.results.folder)
    setting = setting_of(folder)
    check_weights(options.machinery.weights, options.machinery.painted_fields)
    own_folder = folder / "Code" / network.results
    data = plan_data(options.data, options.machinery, own_folder, load)
    data.labels.check_keepable()
    output = options.results.output or (folder / "Sample" if options.data.source.sample else folder)
    return Plan(
        network=network,
        setting=setting,
        data=data,
        learning=options.learning,
        output=output.absolute(),
        again=options.results.again,
        keep_best=options.results.keep_best,
        tensorboard=options.results.tensorboard,
    )


def _checked(folder: Path | None) -> Path:
    if folder is None:
        raise InputError(
            "a learning-rate folder",
            "none",
            do="Start the script of the same name in LR_0_0001 or another one, or give --folder.",
        )
    if not folder.is_dir():
        raise InputError("a learning-rate folder", "no such folder", folder.absolute())
    return folder.absolute()
