"""What was found: facts with a verdict, measured networks, and both as tables and JSON."""

import enum
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from common.pages.page import Row


class Verdict(enum.Enum):
    """What a finding means for a run."""

    OK = "ok"
    WARNING = "warning"
    FAILS = "fails"  # a run would


@dataclass(frozen=True)
class Finding:
    """A fact about the machine.

    Attributes:
        what: Was looked at.
        verdict: What it means.
        text: What was found; of a warning or failure also what to do.
    """

    what: str
    verdict: Verdict
    text: str

    def __str__(self) -> str:
        return f"{self.verdict.value:<8} {self.what}: {self.text}"

    @property
    def row(self) -> Row:
        """The finding as a row of a table."""
        return {"what": self.what, "verdict": self.verdict.value, "found": self.text}


@dataclass(frozen=True)
class Measured:
    """A network on this machine.

    Attributes:
        network: The name of its script.
        measured: Whether it was trained; if not, its speed follows from that of another network.
        images_per_second: Of training steps after the first.
        first_step: Seconds, with compiling.
        memory: Bytes at most; None where the system does not tell.
        batch_fits: A batch that fits the memory; None if unknown.
        tried: Whether that batch was trained, not only calculated.
    """

    network: str
    measured: bool
    images_per_second: float
    first_step: float | None = None
    memory: int | None = None
    batch_fits: int | None = None
    tried: bool = False

    def __str__(self) -> str:
        return f"measured {self.network}: {self.images_per_second:.1f} images a second"

    @property
    def row(self) -> Row:
        """The network as a row of a table."""
        return {
            "network": self.network,
            "images a second": self.images_per_second,
            "how": "measured" if self.measured else "estimated",
            "first step, s": self.first_step,
            "memory, GB": None if self.memory is None else self.memory / 1e9,
            "batch that fits": self.batch_fits,
            "which was": None if self.batch_fits is None else _how(self.tried),
        }


def _how(tried: bool) -> str:
    return "trained" if tried else "calculated"


@dataclass(frozen=True)
class Report:
    """All that was found."""

    findings: Sequence[Finding]
    networks: Sequence[Measured]

    @property
    def fails(self) -> bool:
        """Whether a run would fail."""
        return any(one.verdict is Verdict.FAILS for one in self.findings)

    @property
    def verdict(self) -> str:
        """The verdict in a few words."""
        return "A run would fail" if self.fails else "A run would work"

    def to_json(self) -> dict[str, object]:
        """Return what machine.json holds besides its head."""
        findings = [asdict(one) | {"verdict": one.verdict.value} for one in self.findings]
        return {
            "would_work": not self.fails,
            "findings": findings,
            "networks": [asdict(one) for one in self.networks],
        }
