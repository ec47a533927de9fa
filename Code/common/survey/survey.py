"""What a data set holds, and whether it can be trained on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from common.config.data_plan import DataPlan
from common.data.extraction import Extraction
from common.data.fields import FieldOfView
from common.files.disk import SpaceNeeded
from common.importers import NOTE
from common.models.architecture import network_named
from common.models.imagenet import IMAGENET_WEIGHTS
from common.nucls.counting import Counting
from common.nucls.dataset import DataSet
from common.nucls.names import Origin, rater_of
from common.splits.audit import Audit
from common.utils.errors import InputError

_EPOCHS = 50  # of a plain folder
_SINGLE_RATER = "the corrected single-rater set of NuCLS, by its folders"
_PUBLISHED = 1744  # fields of the corrected single-rater set (docs/data_sets.md)


@dataclass(frozen=True)
class Survey:
    """What a data set holds.

    Attributes:
        data_set: Where it lies.
        counting: How its nuclei are counted.
        extraction: What its annotation files hold, odd fields among it.
        fields: Those that can be used, sorted by name.
        sizes: Width and height of their pictures, as they are shown, px.
        refusal: Why training would be refused; None if it would not.
        plan: What a run would train on; None if it would be refused.
        audit: What both sides of its split share; None without a plan.
    """

    data_set: DataSet
    counting: Counting
    extraction: Extraction
    fields: list[FieldOfView]
    sizes: list[tuple[int, int]]
    refusal: InputError | None
    plan: DataPlan | None
    audit: Audit | None

    @property
    def kind(self) -> str:
        """Which of the published sets it is, by its folders and names."""
        if self.data_set.synthetic:
            return "a SYNTHETIC sample, painted by a program"
        if (self.data_set.root / NOTE).exists():
            return f"imported from another set, see {NOTE}: boxes around points"
        names = [field.name for field in self.fields]
        if names and all(map(rater_of, names)):
            return "raw multi-rater files of NuCLS"
        folders = {folder.name for folder in self.data_set.annotation_folders}
        if folders == {"csv"}:
            return _SINGLE_RATER
        return "the evaluation set of NuCLS (inferred truth), or a set in its layout"

    def _incomplete(self) -> list[str]:
        """Say that fields of the published single-rater set are missing, if this is it."""
        there = len(self.extraction.counts.keys() | self.extraction.odd.keys())
        if self.kind != _SINGLE_RATER or there >= _PUBLISHED:
            return []
        published = f"{_PUBLISHED:,} of the published set: is it whole? (parts of a download)"
        return [f"  note: {there} fields of view, where there are {published}"]

    @property
    def origins(self) -> list[Origin]:
        """Where the fields come from, as far as that is known."""
        return [field.origin for field in self.fields if field.origin]

    def describe(self) -> list[str]:
        """Say what matters, a line each."""
        groups, nuclei = self.extraction.groups, sum(field.counts.total for field in self.fields)
        densities = [field.density for field in self.fields]
        lines = [
            f"data set: {self.data_set.root}",
            f"  {self.kind}",
            f"  {len(self.fields)} fields of view, {nuclei} nuclei; "
            f"{self._known('patient')}, {self._known('slide')}, {self._known('hospital')}, "
            f"{_count('rater', filter(None, (rater_of(field.name) for field in self.fields)))}",
            f"  groups: {', '.join(f'{name} {count}' for name, count in groups.most_common())}",
        ]
        if densities:
            empty, full = densities.count(0.0), densities.count(1.0)
            lines.append(
                f"  density: mean {np.mean(densities):.3f}, standard deviation "
                f"{np.std(densities):.3f}; {empty} fields without tumour nuclei, {full} all tumour"
            )
            edges = [f"{low}" if low == high else f"{low} to {high}" for low, high in self._edges()]
            lines.append(f"  pictures: {edges[0]} px wide, {edges[1]} px high")
        lines += self._incomplete()
        lines.append(f"  {overlapping(self.origins)} pairs of fields overlap on their slide")
        return [*lines, *self.extraction.describe(self.counting), *self._odd(), *self._verdict()]

    def _edges(self) -> Iterable[tuple[int, int]]:
        return [(min(edge), max(edge)) for edge in zip(*self.sizes, strict=True)]

    def _known(self, what: str) -> str:
        values = (getattr(origin, what) for origin in self.origins)
        return _count(what, (value for value in values if value is not None))

    def _odd(self) -> list[str]:
        odd = self.extraction.odd.items()
        return [f"  cannot be used: {name}: {error.reason}" for name, error in odd]

    def _verdict(self) -> list[str]:
        if self.plan is None or self.audit is None:
            return [f"training would be refused: {self.refusal}"]
        network = network_named("Res50")
        sizes = (network.model_bytes, network.state_bytes)
        gigabytes = SpaceNeeded(*sizes, _EPOCHS, keep=None, resumed=False).total / 1e9
        labels = self.plan.labels
        there = f"{labels.differing} of them differ" if labels.differing else "as counted now"
        counts = there if labels.counts_path.exists() else "not made yet"
        return [
            f"counts: {labels.counts_path}, {counts}",
            f"split: {self.plan.split.description}",
            *self.audit.describe(),
            f"a run of ResNet50 over {_EPOCHS} epochs needs up to {gigabytes:.1f} GB; hours: "
            "Code/Run_All.py --dry-run, once Code/Check_Machine.py has measured this machine",
            *self._weights(),
        ]

    def _weights(self) -> list[str]:
        weights = IMAGENET_WEIGHTS[50]
        if self.data_set.synthetic or weights.path.is_file():
            return []
        found = f"the {weights}, with which runs begin, are not in {weights.path.parent} yet"
        return [f"{found}: Code/Fetch_Weights.py gets them, as does the first run"]


def _count(what: str, values: Iterable[str]) -> str:
    number = len(set(values))
    return f"{number or 'no known'} {what}{'' if number == 1 else 's'}"


def overlapping(origins: Sequence[Origin]) -> int:
    """Count the pairs of fields that show some of the same tissue."""
    slides: dict[str | None, list[Origin]] = {}
    for origin in origins:
        slides.setdefault(origin.slide, []).append(origin)
    return sum(
        one.overlaps(other) for own in slides.values() for one, other in combinations(own, 2)
    )
