"""The evaluations of a run's best model and their graphs, as Evaluate.py has left them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from common.evaluation.kept import FLIPS, WITH_TRAINING, KeptEvaluation, read_evaluation
from common.runs.paths import RunPaths
from common.utils.errors import InputError
from common.utils.terminal import command_of

# Graphs of an evaluation: beginnings of their file names, and what they show.
GRAPHS = {
    "predicted": "Predicted over true density of each field",
    "bland_altman": "Differences over means, with bias and limits of agreement",
    "error_by_nuclei": "Error over the number of nuclei, with the noise of counting",
    "calibration": "Calibration: share that intervals hold, over the share that they promise",
    "worst_fields": "Fields with the largest errors",
}
_CALIBRATION = "calibration"  # of evaluations that have measured intervals
_PNG = b"\x89PNG\r\n\x1a\n"
_SUMMARY = re.compile(r"evaluation(?P<suffix>.*?)(?:-run(?P<number>\d+))?\.json")


@dataclass(frozen=True)
class Missing:
    """Something that a report could show and that is not there.

    Attributes:
        what: It, for people.
        command: That makes it; "" where none does.
    """

    what: str
    command: str = ""


@dataclass(frozen=True)
class Evaluation:
    """An evaluation of a run's best model.

    Attributes:
        name: Of its fields, for people.
        own: Whether they are the run's validation fields.
        new: Whether they are of another data set, and none was seen in training.
        kept: Its evaluation.json.
        graphs: PNGs, by their names in GRAPHS.
    """

    name: str
    own: bool
    new: bool
    kept: KeptEvaluation
    graphs: dict[str, bytes]


def evaluate_command(paths: RunPaths) -> str:
    """Return the command that evaluates a run."""
    return command_of("Evaluate", paths.log)


def read_evaluations(paths: RunPaths, model: Path) -> tuple[list[Evaluation], list[Missing]]:
    """Read the evaluations of a run's model.

    Args:
        paths: Of the run.
        model: The file of its best model.

    Returns:
        Those on its own validation fields first, without flips before; and what cannot be shown.
    """
    evaluations: list[Evaluation] = []
    missing: list[Missing] = []
    for summary in sorted(paths.graphs.glob("evaluation*.json")):
        match = _SUMMARY.fullmatch(summary.name)
        if match is None or int(match["number"] or 0) != paths.number:
            continue
        try:
            kept = read_evaluation(summary, model.name)
        except InputError as error:
            missing.append(Missing(error.first_line, evaluate_command(paths)))
            continue
        if kept is None:
            what = f"an evaluation of {model.name}: {summary.name} is of another model"
            missing.append(Missing(what, evaluate_command(paths)))
            continue
        evaluations.append(_with_graphs(paths, match["suffix"], kept))
        missing += _missing(summary.name, evaluations[-1], evaluate_command(paths))
    return sorted(evaluations, key=lambda one: (not one.own, one.kept.flips)), missing


def _with_graphs(paths: RunPaths, suffix: str, kept: KeptEvaluation) -> Evaluation:
    found = {kind: _png(paths.evaluation(f"{kind}{suffix}", ".png")) for kind in GRAPHS}
    graphs = {kind: png for kind, png in found.items() if png}
    data_set = suffix.removesuffix(FLIPS)
    seen, own = data_set.endswith(WITH_TRAINING), not data_set
    name = (
        f"Data set {data_set.removesuffix(WITH_TRAINING)[1:]}" if data_set else "Validation fields"
    )
    name += ", fields seen in training among them" if seen else ""
    name += ", eight turns and flips averaged" if kept.flips else ""
    return Evaluation(name, own, not own and not seen, kept, graphs)


def _missing(name: str, evaluation: Evaluation, command: str) -> Iterator[Missing]:
    measured = bool(evaluation.kept.coverage)
    gone = [one for one in GRAPHS if one not in evaluation.graphs]
    gone = [one for one in gone if measured or one != _CALIBRATION]
    if gone:
        yield Missing(f"graphs of {name}: {', '.join(gone)}", command)
    if evaluation.own and not measured:
        what = "how often intervals around answers hold: an earlier version wrote"
        yield Missing(f"{what} {name}", command)


def _png(path: Path) -> bytes | None:
    content = path.read_bytes() if path.is_file() else b""
    return content if content.startswith(_PNG) else None
