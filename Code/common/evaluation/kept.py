"""What an evaluation.json holds, for those who show it again."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from common.evaluation.people import COMPARED
from common.files.json_text import parse_object
from common.metrics.agreement import Estimate
from common.utils.errors import InputError

# Names in evaluation.json.
METRICS, FLOOR, PEOPLE = "figures", "floor of counting noise", "agreement of people"
INTERVALS, COVERAGE = "intervals", "coverage by promise"
TOLD = ("told", "measured")  # of the intervals
# In the file names of evaluations of another data set, fields seen in training among them.
WITH_TRAINING = "-with-training"
FLIPS = "-flips"  # of answers that were averaged over turns and flips
_MARK = re.compile(rf"(?:{FLIPS}|{WITH_TRAINING}|-run\d+)$")  # also that of a further run


@dataclass(frozen=True)
class KeptEvaluation:
    """What an evaluation.json holds.

    Attributes:
        estimates: By the metric's name.
        flips: Whether the answers for eight turns and flips were averaged.
        data_set: Whose fields were evaluated.
        fields: How many; None if it does not tell.
        patients: How many; None if nobody knows it of all fields.
        interval: What the intervals of the metrics are.
        floor: MAE and RMSE that counting alone brings.
        notes: What was said of the fields.
        people: How well raters agree, by what is compared; empty where that is not known.
        coverage: How often intervals around answers held the true densities, by the share that
            they promise; empty where there are none.
        answer_interval: What such an interval is; "" where there is none.
    """

    estimates: dict[str, Estimate]
    flips: bool
    data_set: str = ""
    fields: int | None = None
    patients: int | None = None
    interval: str = ""
    floor: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    people: dict[str, dict[str, Estimate]] = field(default_factory=dict)
    coverage: dict[str, Estimate] = field(default_factory=dict)
    answer_interval: str = ""


def suffix_of(data_set: str, with_training: bool) -> str:
    """Return what follows "evaluation" in the name of an evaluation of another data set.

    Args:
        data_set: The name of its folder. One that ends like a mark of the project gets a "_", so
            that it is not taken for it.
        with_training: Whether fields seen in training are among those evaluated.
    """
    name = f"-{data_set}"
    return name + "_" * bool(_MARK.search(name)) + WITH_TRAINING * with_training


def read_evaluation(path: Path, model: str) -> KeptEvaluation | None:
    """Read an evaluation.json; None if there is none, or if it is of another model.

    Args:
        path: The file.
        model: Name of the model's file.

    Raises:
        InputError: It cannot be read.
    """
    if not path.exists():
        return None
    try:
        whole = parse_object(path.read_bytes())
        found = _kept(whole)
        return found if whole["model"] == model else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        found = "none that can be read"
        raise InputError("an evaluation", found, path, "Evaluate again.") from error


def _kept(whole: dict[str, Any]) -> KeptEvaluation:
    people, intervals = whole.get(PEOPLE, {}), whole.get(INTERVALS, {})
    return KeptEvaluation(
        estimates=_estimates(whole[METRICS]),
        flips=bool(whole.get("flips averaged", False)),
        data_set=str(whole.get("data set", "")),
        fields=_count(whole.get("fields")),
        patients=_count(whole.get("patients")),
        interval=str(whole.get("interval", "")),
        floor={name: float(value) for name, value in whole.get(FLOOR, {}).items()},
        notes=tuple(map(str, whole.get("notes", ()))),
        coverage=_estimates(intervals.get(COVERAGE, {})),
        answer_interval="; ".join(str(intervals[name]) for name in TOLD if name in intervals),
        people={name: _estimates(people[name]) for name in COMPARED if name in people},
    )


def _count(value: int | None) -> int | None:
    return None if value is None else int(value)


def _estimates(values: dict[str, Any]) -> dict[str, Estimate]:
    return {name: _estimate(one) for name, one in values.items()}


def _estimate(values: dict[str, float | str | None]) -> Estimate:
    numbers = [values[name] for name in ("value", "low", "high")]
    value, low, high = (one if one is None else float(one) for one in numbers)
    return Estimate(value, low, high, str(values["reason"]))
