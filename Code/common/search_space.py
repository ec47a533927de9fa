"""What the hyper-parameter search tries, and how a setting that it finds is trained."""

from dataclasses import dataclass

from common.architecture import Architecture
from common.baselines import LOSSES
from common.option_groups import OPTIMIZERS, SCHEDULES
from common.setting import name_of

# The seed's learning rates lie between 0.000006 and 0.01.
LEARNING_RATES = (1e-6, 1e-2)
DROPOUTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
FROZEN = {"none": (), "conv5": ("conv5",), "conv4 and conv5": ("conv4", "conv5")}
_SCRIPTS = {"none": "", "conv5": "_Conv_5", "conv4 and conv5": "_Conv_4_5"}
CHOICES: dict[str, tuple] = {
    "dropout": DROPOUTS,
    "optimizer": OPTIMIZERS,
    "frozen": tuple(FROZEN),
    "schedule": SCHEDULES,
    "loss": LOSSES,
}
PARAMETERS = ("learning_rate", *CHOICES)


@dataclass(frozen=True)
class Proposal:
    """One point of the search space.

    learning_rate: as drawn; `rate` is what is trained with. frozen: one of FROZEN.
    """

    learning_rate: float
    dropout: float
    optimizer: str
    frozen: str
    schedule: str
    loss: str

    @property
    def rate(self) -> float:
        """The learning rate to two digits, so that a folder's name can hold it."""
        return float(f"{self.learning_rate:.1e}")

    @property
    def folder(self) -> str:
        """The name of the learning-rate folder that trains the setting."""
        return name_of(self.rate, self.dropout)

    def architecture(self, depth: int) -> Architecture:
        """Return the network of a depth with the setting's frozen stages."""
        return Architecture(f"Res{depth}", depth, FROZEN[self.frozen])

    def script(self, depth: int) -> str:
        """Return the network script of that architecture."""
        return f"Res{depth}{_SCRIPTS[self.frozen]}.py"

    @property
    def options(self) -> list[str]:
        """The options of the network script that the folder's name does not hold."""
        values = (self.optimizer, self.schedule, self.loss)
        names = ("--optimizer", "--schedule", "--loss")
        return [text for pair in zip(names, values, strict=True) for text in pair]
