"""How fast networks train, as logs of runs and Check_Machine.py have measured it."""

import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from common.config.plan import Plan
from common.files.json_text import parse_object
from common.models.architecture import Architecture, network_named
from common.runs.log import read_log
from common.utils.errors import InputError

# Of a picture that is answered, in what one costs that trains: a backward pass costs about twice
# a forward pass (Kaplan et al. 2020, arXiv 2001.08361, section 2.1).
_FORWARD = 1 / 3


@dataclass(frozen=True)
class Speed:
    """The speed of a network.

    Attributes:
        network: That trained.
        size: Edge of its pictures, px.
        training: Seconds for each field of view that trains in an epoch.
        validation: Seconds for each that is answered after it.
        source: What measured it, and on which device.
    """

    network: Architecture
    size: int
    training: float
    validation: float
    source: str

    def seconds(self, plan: Plan) -> float:
        """Return the seconds of an epoch of a run; another network's in proportion to its cost."""
        split = plan.data.split
        own = self.training * len(split.train) + self.validation * len(split.held_out)
        return own * plan.network.cost / self.network.cost


def find_speeds(folders: Iterable[Path], reports: Iterable[Path]) -> list[Speed]:
    """Read what has been measured: the newest log first, reports of Check_Machine.py last.

    What cannot be read is passed over: who compares or resumes runs is told of it.

    Args:
        folders: With runs somewhere below them.
        reports: Where a machine.json may be.
    """
    found = {log.resolve() for folder in folders for log in folder.rglob("Log_Files/*/log*.xlsx")}
    logs = sorted(found, key=lambda log: -log.stat().st_mtime)
    speeds = [speed for log in logs if (speed := _of_log(log))]
    return speeds + [speed for path in reports for speed in _of_report(path)]


def _of_log(log: Path) -> Speed | None:
    """Return the speed of a run that has finished two epochs; most of the first is compiling."""
    try:
        found = read_log(log, with_fields=False)
        network = network_named(found.record.recipe.network.network)
    except InputError:
        return None
    seconds = [epoch.seconds for epoch in found.epochs[1:]]
    if not seconds:
        return None
    recipe, device = found.record.recipe, found.record.computed.device
    field = statistics.median(seconds) / recipe.data.fields
    return Speed(network, recipe.pictures.image_size, field, field, f"{log}, on {device}")


def _of_report(path: Path) -> Iterator[Speed]:
    """Yield the speeds that Check_Machine.py has measured; none of a file that it did not write."""
    try:
        report = parse_object(path.read_bytes())
        for one in report["networks"]:
            if one["measured"]:
                field = 1 / one["images_per_second"]
                network, size = network_named(one["network"]), int(report["image_size"])
                yield Speed(network, size, field, field * _FORWARD, f"{path}, {report['date']}")
    except (OSError, ValueError, KeyError, TypeError, ZeroDivisionError, InputError):
        return


def nearest_speed(speeds: Iterable[Speed], plan: Plan) -> Speed | None:
    """Return the speed of a run's network at its size, else of the one that costs most alike.

    Of several that are as near, the first; None if nothing was measured at that size.
    """
    of_size = [one for one in speeds if one.size == plan.data.pictures.image_size]
    wanted = plan.network
    return min(
        of_size,
        key=lambda one: (one.network != wanted, abs(one.network.cost - wanted.cost)),
        default=None,
    )
