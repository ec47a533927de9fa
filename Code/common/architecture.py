"""Which network: its depth, the stages that do not train, the name of its result folders."""

from dataclasses import dataclass

STAGES = ("conv2", "conv3", "conv4", "conv5")  # the names of He et al. 2016, arXiv 1512.03385


@dataclass(frozen=True)
class Architecture:
    """One of the networks.

    results: the name of its folders under Graphs/, Log_Files/ and Models/. depth: 50, 101 or 152.
    frozen: stages whose weights and batch statistics stay as they are.
    """

    results: str
    depth: int
    frozen: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse the name of a stage that does not exist: it would freeze nothing."""
        if not set(self.frozen) <= set(STAGES):
            raise ValueError(f"expected stages of {STAGES}, found {self.frozen}")

    def __str__(self) -> str:
        """Describe the network for a title, as "ResNet50, conv4 and conv5 frozen"."""
        stages = f"{' and '.join(self.frozen)} frozen" if self.frozen else "all layers train"
        return f"ResNet{self.depth}, {stages}"
