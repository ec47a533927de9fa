"""Whether the tiny network comes out the same wherever it trains; without TensorFlow."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from common.machine.findings import Finding, Verdict

# How far losses and answers, 0 to 1, may lie from those of the CPU in float32. float32: also with
# NVIDIA's TF32, whose products are rounded to 11 bits; others: four roundings to their 8 or 11.
TOLERANCES = {"float32": 1e-3, "bfloat16": 4 * 2**-8, "float16": 4 * 2**-11}


@dataclass(frozen=True)
class Trial:
    """A tiny network after a few steps.

    Attributes:
        precision: It trained in.
        frozen: Whether a stage was frozen.
        losses: Of each step, (steps,).
        answers: Densities, (pictures,), 0 to 1.
        repeats: Whether training again gave the very same losses and answers.
        stays: Whether the frozen stage's weights and statistics are as they were.
    """

    precision: str
    frozen: bool
    losses: np.ndarray
    answers: np.ndarray
    repeats: bool
    stays: bool

    def __str__(self) -> str:
        return f"{self.precision}, {'a stage frozen' if self.frozen else 'all layers train'}"

    @property
    def values(self) -> np.ndarray:
        """Losses and answers, one after the other."""
        return np.concatenate([self.losses, self.answers])


def compare_trials(
    place: str, trials: Iterable[Trial], reference: Iterable[Trial]
) -> Iterator[Finding]:
    """Compare what a place answered with what the CPU answered in float32.

    Args:
        place: Its name.
        trials: Of the place.
        reference: Of the CPU.
    """
    expected = {one.frozen: one.values for one in reference if one.precision == "float32"}
    for one in trials:
        difference = float(np.abs(one.values - expected[one.frozen]).max())
        faults = list(_faults(one, difference))
        verdict = Verdict.FAILS if faults else Verdict.OK
        text = "; ".join([*faults, f"differs from the CPU in float32 by {difference:.2g} at most"])
        yield Finding(f"trial on {place}, {one}", verdict, text)


def _faults(trial: Trial, difference: float) -> Iterator[str]:
    tolerance = TOLERANCES[trial.precision]
    if not difference <= tolerance:  # NaN is not either
        yield f"expected the CPU's figures within {tolerance:.1e}"
    if not trial.repeats:
        yield "the same training gives other figures when it is repeated"
    if not trial.stays:
        yield "the frozen stage has changed"
