"""The flow of Check_Machine.py: part by part, each finding told as soon as it is there."""

import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from common.images.reading import LARGEST_INPUT, SMALLEST
from common.machine import parts
from common.machine.agreement import Trial, compare_trials
from common.machine.findings import Finding, Measured, Report, Verdict
from common.machine.installation import check_capability
from common.machine.places import ANYWHERE, CPU, Facts, gpus_are_hidden, other_places
from common.models.architecture import NETWORKS, Architecture, network_named, networks_named
from common.models.imagenet import IMAGENET_WEIGHTS
from common.models.memory import Card, find_cards, free_memory, least_free
from common.models.precision import PRECISIONS, choose_precision
from common.utils.cli import option
from common.utils.pool import NoAnswerError, in_own_process
from common.utils.ranges import whole_number
from common.utils.terminal import tell


@dataclass(frozen=True)
class MachineOptions:
    """What is tried, and where results go. Defaults are those of the network scripts."""

    networks: Sequence[str] = option(
        (), "that are measured (default: on a GPU all nine, else Res50)", nargs="+", metavar="NAME"
    )
    image_size: int = option(
        224, "default: 224", type=whole_number(SMALLEST, LARGEST_INPUT), metavar="PX"
    )
    batch_size: int = option(16, "default: 16", type=whole_number(1, 4096))
    precision: str = option("auto", "as of the network scripts (default: auto)", choices=PRECISIONS)
    virtual_devices: int | None = option(
        None,
        "divide the CPU into N devices, on which what several GPUs would do is tried",
        type=whole_number(2, 16),
        metavar="N",
    )
    output: Path = option(
        Path("."), "folder of machine.json and machine.html (default: this folder)", type=Path
    )


def check_machine(options: MachineOptions) -> Report:
    """Look, try and measure; print each finding.

    Raises:
        InputError: A network is named that there is not.
    """
    asked = networks_named(options.networks)
    findings: list[Finding] = []
    networks: list[Measured] = []
    for one in _everything(options, asked):
        (networks if isinstance(one, Measured) else findings).append(one)
        if isinstance(one, Finding) and one.verdict is not Verdict.OK:
            print(one, flush=True)
        else:
            tell(str(one))
    estimated = _estimates(networks) if networks else []
    return Report(findings, [*networks, *estimated])


def _everything(
    options: MachineOptions, asked: Sequence[Architecture]
) -> Iterator[Finding | Measured]:
    try:
        yield from in_own_process(parts.packages)
        facts = in_own_process(parts.facts, ANYWHERE)
    except NoAnswerError as error:
        yield Finding("TensorFlow", Verdict.FAILS, f"cannot be used: {error}")
        return
    cards = find_cards()
    yield from _look(facts, cards, options.precision)
    yield from _try(facts, options)
    free = least_free(cards) if facts.gpus else free_memory()
    for network in asked or (NETWORKS if facts.gpus else NETWORKS[:1]):
        yield from _measure(network, options, free)


def _look(facts: Facts, cards: Sequence[Card], precision: str) -> Iterator[Finding]:
    """Say what is installed, and what a run would use."""
    versions = f"Python {platform.python_version()}, {facts.versions}"
    built = f"built with {facts.built_with}" if facts.built_with else "built without CUDA"
    yield Finding("versions", Verdict.OK, f"{versions}, {built}")
    for card in cards:
        text = f"{card.name}, driver {card.driver}, {card.memory / 1e9:.1f} GB"
        yield Finding("GPU", Verdict.OK, f"{text}, of which {card.free / 1e9:.1f} free")
    if cards and not facts.gpus and not gpus_are_hidden():
        remedy = "python -m pip install -r requirements-gpu.txt (Linux or WSL2)"
        text = f"TensorFlow does not find the GPU, a run would train on the CPU; {remedy}"
        yield Finding("GPU", Verdict.WARNING, text)
    yield Finding("device", Verdict.OK, facts.device.name)
    if facts.device.capability and facts.built_for:
        yield check_capability(facts.device.capability, facts.built_for)
    chosen = choose_precision(precision, facts.device)
    compiled = "with XLA" if facts.device.compiles else "without XLA, which is slower on CPUs"
    yield Finding("precision", Verdict.OK, f"{chosen}, {compiled}")
    yield _imagenet()


def _imagenet() -> Finding:
    files = IMAGENET_WEIGHTS.values()
    missing = [str(one.depth) for one in files if one.fault(one.path)]
    if not missing:
        return Finding("ImageNet weights", Verdict.OK, f"in {IMAGENET_WEIGHTS[50].path.parent}")
    text = f"those of ResNet {', '.join(missing)} are downloaded by the first run that wants them"
    remedy = "Code/Fetch_Weights.py gets them now, also for a machine without internet"
    return Finding("ImageNet weights", Verdict.WARNING, f"{text}; {remedy}")


def _try(facts: Facts, options: MachineOptions) -> Iterator[Finding]:
    """Train the tiny network on the CPU and on everything else."""
    reference: list[Trial] = []
    for place in (CPU, *other_places(facts.gpus, options.virtual_devices)):
        try:
            found = in_own_process(parts.trials, place, options.precision)
        except NoAnswerError as error:
            yield Finding(f"trial on {place.name}", Verdict.FAILS, str(error))
            if place is CPU:  # nothing to compare with
                return
        else:
            reference = reference or found
            yield from compare_trials(place.name, found, reference)


def _measure(
    network: Architecture, options: MachineOptions, free: int | None
) -> Iterator[Finding | Measured]:
    """Measure a network; a batch that it cannot train with would end a run."""
    given = (network.script, options.image_size, options.batch_size, options.precision, free)
    try:
        found = in_own_process(parts.speed, ANYWHERE, *given)
    except NoAnswerError as error:
        yield Finding(network.script, Verdict.FAILS, f"does not train: {error}")
        return
    if found.tried and found.batch_fits is not None and found.batch_fits < options.batch_size:
        text = f"memory does not hold batches of {options.batch_size}"
        remedy = f"--batch-size {found.batch_fits}, or a smaller --image-size"
        yield Finding(network.script, Verdict.FAILS, f"{text}; {remedy}")
    yield found


def _estimates(measured: Sequence[Measured]) -> list[Measured]:
    """Estimate the speed of the networks that were not measured, from the first that was.

    In proportion to the operations of a forward pass; frozen stages, whose weights need no
    gradient, are passed over, so that networks with some are rather faster.
    """
    known = {one.network for one in measured}
    base = measured[0]
    cost = network_named(base.network).cost
    return [
        Measured(one.script, False, base.images_per_second * cost / one.cost)
        for one in NETWORKS
        if one.script not in known
    ]
