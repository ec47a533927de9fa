"""Before TensorFlow is loaded: read what the plan names, and say what was found."""

import hashlib
from dataclasses import dataclass

import numpy as np

from common.baselines import Figures, baselines_of
from common.fields import Field
from common.inputs import Inputs, read_inputs
from common.plan import Plan
from common.split import audit, shares_tissue


@dataclass(frozen=True)
class Run(Plan):
    """A plan, and all that it needs from files.

    inputs: the fields' pictures. shared: what training and validation share, as split.audit counts
    it. baselines: validation figures of what the network is compared with.
    """

    inputs: Inputs
    shared: dict[str, int]
    baselines: dict[str, Figures]

    @property
    def recipe(self) -> dict[str, object]:
        """All that the run's figures depend on, the pictures among it."""
        digest = hashlib.blake2b(b"".join(self.inputs.digests), digest_size=6)
        return super().recipe | {"pictures": digest.hexdigest()}

    @property
    def title(self) -> str:
        """The title of the run's graphs."""
        lines = f"{self.network}\nlearning rate {self.setting.learning_rate:g}"
        if self.setting.dropout:
            lines += f", dropout {self.setting.dropout:g}"
        return lines + (" (SYNTHETIC data)" if self.data_set.synthetic else "")

    @property
    def densities(self) -> np.ndarray:
        """The fields' densities: float64, (fields,), 0 to 1."""
        return np.array([field.density for field in self.fields])

    @property
    def weights(self) -> np.ndarray | None:
        """The fields' weights in the loss, 1 on average over training; None for equal ones.

        By number of nuclei: cross-entropy is then the likelihood of a binomial count.
        """
        if not self.options.weight_by_count:
            return None
        totals = np.array([field.total for field in self.fields], float)
        return totals / totals[self.split.train].mean()

    @property
    def sides(self) -> list[tuple[Field, str]]:
        """Each field's side of the split, "train" or "validation", in the fields' order."""
        train = set(self.split.train.tolist())
        return [(f, "train" if at in train else "validation") for at, f in enumerate(self.fields)]


def prepare(plan: Plan, with_baselines: bool = True) -> Run:
    """Read a plan's pictures, audit its split, compute its baselines. Raises InputError."""
    inputs = read_inputs(plan.options, plan.data_set, plan.fields, plan.split)
    shared = audit(plan.fields, plan.split, inputs.digests)
    _print_audit(shared)
    if inputs.stain:
        print(f"stain: {inputs.stain.method}, target {inputs.stain.source}")
        print(f"  {inputs.unchanged} pictures left as they were (nearly blank)")
    baselines = baselines_of(plan.fields, plan.split, plan.options.loss) if with_baselines else {}
    return Run(**vars(plan), inputs=inputs, shared=shared, baselines=baselines)


def _print_audit(shared: dict[str, int]) -> None:
    found = [f"{what}: {count}" for what, count in shared.items() if count]
    print(f"audit of the split: {'; '.join(found) or 'nothing on both sides'}")
    if shares_tissue(shared):
        print(
            "warning: both sides show the same patients or pictures, so that validation figures "
            "will be too good; --split patient keeps a patient on one side"
        )
