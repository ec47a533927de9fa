"""What a run says on the terminal besides its epochs: what it begins, how long, what came out."""

from collections.abc import Sequence

from common.config.prepare import PreparedRun
from common.metrics.epoch_metrics import SPREAD
from common.runs.epochs import Epoch, best_epoch, lowest_epoch
from common.runs.paths import RunPaths
from common.utils.terminal import command_of, tell

_MINUTE, _HOUR = 60, 3600


def tell_start(run: PreparedRun) -> None:
    """Say what is trained on what; the first step takes long, as it is compiled."""
    plan = run.plan
    epochs = f"{plan.epochs} epoch{'s' * (plan.epochs != 1)}"
    tell(f"training {plan.network}, for {epochs}; results: {plan.output}")
    fields, machinery = len(plan.data.split.train), plan.data.machinery
    update = f", an update every {machinery.accumulate}" if machinery.accumulate > 1 else ""
    steps = f"{plan.data.steps} steps an epoch, batches of {machinery.batch_size}{update}"
    tell(f"{fields} fields in {steps}; compiling the first")


def tell_time_left(epoch: Epoch, epochs: int) -> None:
    """Say how long the epochs that are left will take, if that is worth a line."""
    left = epochs - epoch.number
    if left * epoch.seconds > _MINUTE:
        tell(f"about {duration(left * epoch.seconds)} for the {left} epochs left")


def duration(seconds: float) -> str:
    """Write a time for people, as "3 min" or "2.5 h"."""
    if seconds < _HOUR:
        return f"{max(1, round(seconds / _MINUTE))} min"
    return f"{seconds / _HOUR:.1f} h"


def tell_results(run: PreparedRun, epochs: Sequence[Epoch], paths: RunPaths) -> None:
    """Say what came out, beside the baselines, where it lies, and what to do next."""
    best = best_epoch(epochs)
    others = ", ".join(f"{name} {metrics['mae']:.4f}" for name, metrics in run.baselines.items())
    print(f"best epoch {best.number}: val_mae {best.validation['mae']:.4f} ({others})")
    worse = [name for name, one in run.baselines.items() if one["mae"] <= best.validation["mae"]]
    if worse:
        print(f"note: no better than: {', '.join(worse)}")
    if best.choice:
        lowest = lowest_epoch(epochs)
        chosen = "chosen on fields of training patients"
        print(f"  {chosen}, with mae {best.choice['mae']:.4f} there;")
        print(f"  lowest val_loss: epoch {lowest.number}, val_mae {lowest.validation['mae']:.4f}")
    if best.answers_alike:
        spread = f"standard deviation {best.validation[SPREAD]:.4f}"
        print(f"warning: the network answers the same for all validation fields ({spread}):")
        print("  it has learned nothing from the pictures; try a lower learning rate")
    print(f"log:    {paths.log}")
    print(f"graphs: {paths.graphs}")
    print(f"models: {paths.models}")
    tell(f"next:   {command_of('Evaluate', paths.log)}")
