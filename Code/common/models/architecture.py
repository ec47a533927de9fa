"""The nine networks, in one table: script, result folders, depth, frozen stages, cost.

A new network is a new row of NETWORKS and a script of its name in Code/.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from common.utils.names import chosen_among

STAGES = ("conv2", "conv3", "conv4", "conv5")  # the names of He et al. 2016, arXiv 1512.03385
CONV5, CONV4_5 = ("conv5",), ("conv4", "conv5")


@dataclass(frozen=True)
class Architecture:
    """One of the networks.

    Attributes:
        script: The name of its script in Code/, and of its launchers.
        results: The name of its folders under Graphs/, Log_Files/ and Models/.
        depth: Of the ResNet; 50, 101 or 152.
        frozen: Stages whose weights and batch statistics stay as they are.
        cost: 10**9 operations of a forward pass at 224 px (He et al. 2016, table 1).
        parameters: How many numbers a saved model holds, batch statistics among them.
        trainable: How many of them training changes by their gradient.
    """

    script: str
    results: str
    depth: int
    frozen: tuple[str, ...]
    cost: float
    parameters: int
    trainable: int

    def __post_init__(self) -> None:
        """Refuse the name of a stage that does not exist: it would freeze nothing."""
        if not set(self.frozen) <= set(STAGES):
            raise ValueError(f"expected stages of {STAGES}, found {self.frozen}")

    @property
    def model_bytes(self) -> int:
        """Of a saved model: float32, whatever the precision of the training."""
        return 4 * self.parameters

    @property
    def state_bytes(self) -> int:
        """Of what a run needs to go on, at most: Adam keeps two moments of each trainable."""
        return self.model_bytes + 2 * 4 * self.trainable

    def __str__(self) -> str:
        """Describe the network for a title, as "ResNet50, conv4 and conv5 frozen"."""
        stages = f"{' and '.join(self.frozen)} frozen" if self.frozen else "all layers train"
        return f"ResNet{self.depth}, {stages}"


# The seed writes two of its result folders with Conv4_5 and one with Conv_4_5; so do these, because
# people compare their folders with it. The scripts are all called ..._Conv_4_5.
NETWORKS = (
    Architecture("Res50", "Res50", 50, (), 3.8, 23_589_773, 23_536_641),
    Architecture("Res50_Conv_5", "Res50_Conv_5", 50, CONV5, 3.8, 23_589_773, 8_560_641),
    Architecture("Res50_Conv_4_5", "Res50_Conv4_5", 50, CONV4_5, 3.8, 23_589_773, 1_452_033),
    Architecture("Res101", "Res101", 101, (), 7.6, 42_660_237, 42_554_881),
    Architecture("Res101_Conv_5", "Res101_Conv_5", 101, CONV5, 7.6, 42_660_237, 27_578_881),
    Architecture("Res101_Conv_4_5", "Res101_Conv_4_5", 101, CONV4_5, 7.6, 42_660_237, 1_452_033),
    Architecture("Res152", "Res152", 152, (), 11.3, 58_373_005, 58_221_569),
    Architecture("Res152_Conv_5", "Res152_Conv_5", 152, CONV5, 11.3, 58_373_005, 43_245_569),
    Architecture("Res152_Conv_4_5", "Res152_Conv4_5", 152, CONV4_5, 11.3, 58_373_005, 2_575_361),
)


def network_named(name: str) -> Architecture:
    """Return the network of a script or of result folders; both spellings are accepted.

    Raises:
        InputError: There is none of that name.
    """
    return networks_named([name])[0]


def networks_named(names: Sequence[str]) -> list[Architecture]:
    """Return the networks of several names, as network_named has them; commas may part them.

    Raises:
        InputError: There is none of such a name.
    """
    scripts = {one.script: one for one in NETWORKS}
    table = scripts | {one.results: one for one in NETWORKS}
    chosen = chosen_among("networks", names, scripts, also=table)
    return list(dict.fromkeys(table[name] for name in chosen))


def network_with(depth: int, frozen: tuple[str, ...]) -> Architecture:
    """Return the network of a depth with frozen stages.

    Raises:
        KeyError: There is none.
    """
    table = {(network.depth, network.frozen): network for network in NETWORKS}
    return table[depth, frozen]
