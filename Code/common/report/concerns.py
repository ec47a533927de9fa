"""What a reader must know before the numbers of a run."""

from collections.abc import Iterator

from common.runs.epochs import best_epoch
from common.runs.log import Log
from common.runs.paths import RunPaths

_DIRTY = "-dirty"  # of a commit: files were changed since


def concerns_of(log: Log, paths: RunPaths) -> list[str]:
    """Return what speaks against a run's numbers, a sentence each; the log has an epoch."""
    copy = paths.describe_copy(log.record.recipe.setting.folder)
    return [*(f"A copied run: {one}" for one in copy), *_of_data(log), *_of_result(log)]


def _of_data(log: Log) -> Iterator[str]:
    data, audit = log.record.recipe.data, log.record.shown.audit
    if data.synthetic:
        yield "The data are SYNTHETIC: the numbers mean nothing for tissue"
    if audit.shares_tissue:
        yield (
            "Both sides of the split show the same patients or pictures: the validation metrics "
            "are too good"
        )
    if audit.unknown:
        yield (
            f"The patients of {audit.unknown} of {data.fields} fields are not known: they may be "
            "on both sides of the split"
        )
    if data.left_out:
        yield f"{len(data.left_out)} fields could not be used and were left out"


def _of_result(log: Log) -> Iterator[str]:
    best = best_epoch(log.epochs)
    if log.record.end is None:
        yield "The run has not finished"
    if best.answers_alike:
        yield "The network answers the same for all fields"
    maes = {name: values["mae"] for name, values in log.known_baselines.items() if "mae" in values}
    better = [name for name, mae in maes.items() if mae <= best.validation.get("mae", 0)]
    if better:
        yield f"The network's validation MAE is not below that of: {', '.join(better)}"
    if not best.choice:
        yield (
            "The best epoch was chosen on the validation fields themselves: its metrics are a "
            "little too good (--choose-epoch inside)"
        )
    yield (
        "One run on one split, with one seed: how far its numbers vary with both is told by "
        "Code/Cross_Validate.py"
    )
    if log.record.computed.versions.commit.endswith(_DIRTY):
        yield "The code had changes that its commit does not hold"
