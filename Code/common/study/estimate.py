"""What the runs of a study will take: hours, where speeds were measured, and gigabytes."""

from collections.abc import Sequence
from pathlib import Path

from common import PROJECT
from common.config.plan import Plan
from common.files.disk import SpaceNeeded, free_space
from common.models.architecture import NETWORKS, Architecture
from common.runs.resume import Progress
from common.study.jobs import Job
from common.study.speeds import Speed, find_speeds, nearest_speed
from common.study.workers import find_gpus
from common.utils.terminal import command_of

_REPORT = "machine.json"  # of Check_Machine.py


def describe_cost(jobs: Sequence[Job], at_once: int | None) -> list[str]:
    """Say what jobs that have not finished will take.

    Args:
        jobs: Those that can run.
        at_once: How many run at a time; None for as many as there are GPUs.
    """
    runs = [(job, job.plan) for job in jobs if job.plan]
    if not runs:
        return ["nothing to compute"]
    folders = {folder for job, _ in runs for folder in (job.folder, job.start.paths.output)}
    reports = dict.fromkeys(place / _REPORT for place in (Path.cwd(), PROJECT))
    speeds = find_speeds([*folders, *PROJECT.glob("LR_*")], reports)
    return [*_describe_hours(runs, speeds, at_once), _describe_space(runs), *_missing(runs)]


def _describe_hours(
    runs: Sequence[tuple[Job, Plan]], speeds: Sequence[Speed], at_once: int | None
) -> list[str]:
    near = {_kind(plan): nearest_speed(speeds, plan) for _, plan in runs}
    unknown = [size for (_, size), speed in near.items() if speed is None]
    if unknown:
        return _unknown_hours(runs, unknown[0])
    hours = sum(_epochs_left(job) * near[_kind(plan)].seconds(plan) for job, plan in runs) / 3600
    gpus = min(len(find_gpus()), at_once or len(runs))
    together = f", {_duration(hours / gpus)} on {gpus} GPUs" if gpus > 1 else ""
    told = {_kind(plan): _describe_speed(job, plan, near[_kind(plan)]) for job, plan in runs}
    return [
        f"runs to compute: {len(runs)}, about {_duration(hours)} one after the other{together}",
        *told.values(),
        "  not counted: start, compiling, baselines of each run; pretraining; answers with flips",
    ]


def _kind(plan: Plan) -> tuple[Architecture, int]:
    """Return what runs have in common that take as long for a picture: network and input, px."""
    return plan.network, plan.data.pictures.image_size


def _duration(hours: float) -> str:
    return f"{hours:.1f} hours" if hours >= 1 else f"{60 * hours:.0f} minutes"


def _describe_speed(job: Job, plan: Plan, speed: Speed) -> str:
    other = speed.network != job.network
    how = f"estimated from {speed.network.script}" if other else "measured"
    size = plan.data.pictures.image_size
    seconds = f"{speed.seconds(plan):.1f} s an epoch of {len(plan.data.fields)} fields of {size} px"
    return f"  {job.network.script}: {seconds}, {how} ({speed.source})"


def _unknown_hours(runs: Sequence[tuple[Job, Plan]], size: int) -> list[str]:
    """Say that nothing was measured at a size, what is known all the same, and how to get it."""
    base = NETWORKS[0]
    cost = sum(_epochs_left(job) * _operations(plan) for job, plan in runs) / base.cost / size**2
    return [
        f"runs to compute: {len(runs)}; hours are not known, as nothing was measured at {size} px:",
        f"  by operations of a forward pass, not measured, as much as {cost:,.0f} epochs of "
        f"{base.script} at {size} px",
        f"  {command_of('Check_Machine', '--image-size', size)} measures, into {_REPORT} here; "
        "so do two epochs of any run",
    ]


def _operations(plan: Plan) -> float:
    """Return the operations of a forward pass, in proportion."""
    return plan.network.cost * plan.data.pictures.image_size**2


def _missing(runs: Sequence[tuple[Job, Plan]]) -> list[str]:
    """Name the ImageNet weights that runs will begin with and that are not at hand."""
    new = [plan for job, plan in runs if job.start.progress is Progress.NEW]
    wanted = {one.depth: one for plan in new if (one := plan.imagenet)}
    missing = [f"ResNet{one}" for one in sorted(wanted) if not wanted[one].path.is_file()]
    if not missing:
        return []
    how = f"{command_of('Fetch_Weights')} gets them, as does each run"
    return [f"warning: ImageNet weights not here yet: {', '.join(missing)}; {how}"]


def _epochs_left(job: Job) -> int:
    return job.epochs - job.epochs_done()


def _describe_space(runs: Sequence[tuple[Job, Plan]]) -> str:
    total = sum(_space(job, plan) for job, plan in runs)
    output = runs[0][0].start.paths.output
    free = free_space(output)
    told = (
        f"disk: up to {total / 1e9:.1f} GB, if every epoch is better than the one before; "
        f"{free / 1e9:.1f} GB are free in {output}"
    )
    return told if total <= free else f"warning: {told}; --keep-best N keeps fewer models"


def _space(job: Job, plan: Plan) -> float:
    """Return the bytes that a run will write at most."""
    model, state = job.network.model_bytes, job.network.state_bytes
    if plan.data.machinery.accumulate > 1:
        state += 4 * job.network.trainable  # gradients
    left, resumed = _epochs_left(job), job.epochs_done() > 0
    return SpaceNeeded(model, state, left, plan.keep_best, resumed).total
