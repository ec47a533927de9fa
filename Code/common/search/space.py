"""What the hyper-parameter search tries, and how a setting that it finds is trained."""

from dataclasses import dataclass

from common.config.lr_folder import folder_name
from common.config.training_options import OPTIMIZERS, SCHEDULES
from common.metrics.losses import LOSSES
from common.models.architecture import NETWORKS, Architecture, network_with

# The seed's learning rates lie between 0.000006 and 0.01.
LEARNING_RATES = (1e-6, 1e-2)
DROPOUTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
# By name, what the networks freeze: none, conv5, conv4 and conv5.
FROZEN = {" and ".join(network.frozen) or "none": network.frozen for network in NETWORKS}
CHOICES: dict[str, tuple] = {
    "dropout": DROPOUTS,
    "optimizer": OPTIMIZERS,
    "frozen": tuple(FROZEN),
    "schedule": SCHEDULES,
    "loss": tuple(LOSSES),
}
PARAMETERS = ("learning_rate", *CHOICES)


@dataclass(frozen=True)
class Proposal:
    """One point of the search space.

    Attributes:
        learning_rate: As drawn; `rate` is what is trained with.
        dropout: One of DROPOUTS.
        optimizer, schedule, loss: As the network scripts' options of that name.
        frozen: One of FROZEN.
    """

    learning_rate: float
    dropout: float
    optimizer: str
    frozen: str
    schedule: str
    loss: str

    def __str__(self) -> str:
        """Return it for people."""
        named = f"learning rate {self.rate:g}, dropout {self.dropout:g}, frozen {self.frozen}"
        return f"{named}, {self.optimizer}, schedule {self.schedule}, loss {self.loss}"

    @property
    def rate(self) -> float:
        """The learning rate to two digits, so that a folder's name can hold it."""
        return float(f"{self.learning_rate:.1e}")

    @property
    def folder(self) -> str:
        """The name of the learning-rate folder that trains the setting."""
        return folder_name(self.rate, self.dropout)

    def network(self, depth: int) -> Architecture:
        """Return the network of a depth with the setting's frozen stages."""
        return network_with(depth, FROZEN[self.frozen])

    @property
    def options(self) -> list[str]:
        """The options of the network script that the folder's name does not hold."""
        values = (self.optimizer, self.schedule, self.loss)
        names = ("--optimizer", "--schedule", "--loss")
        return [text for pair in zip(names, values, strict=True) for text in pair]
