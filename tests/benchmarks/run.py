"""Measure this project side by side with its peers, and print the ratios.

  python tests/benchmarks/run.py
  python tests/benchmarks/run.py step inference --pairs 7 --image-size 224

Needs requirements-bench.txt; without torch its comparisons are left out, with a message. Takes
about 20 minutes on 2 cores. The two sides of a ratio take turns, pair by pair, so that a machine
whose speed drifts slows both; a ratio is the median of the pairs, with the lowest and the highest.
"""

import argparse
import importlib.util
import os
import platform
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path

from pairs import Pairs
from predicting import one_picture, predicting, whole_slide
from processes import Contender, extraction, memory

TRAINING = ("keras", "keras-without-xla", "torch")
PREDICTING_BATCH = 32  # as Predict.py has it
PREDICTING = (*TRAINING, "torch-compiled", "openvino")
PACKAGES = ("tensorflow", "keras", "torch", "torchvision", "openvino", "pandas", "numpy")
MODULES = {"torch": "torchvision", "torch-compiled": "torchvision", "openvino": "openvino"}


def compare(jobs: tuple[str, ...], others: tuple[str, ...], options: argparse.Namespace) -> None:
    """Let us and each of the others take turns at the others' job, we in each of our ways."""
    theirs = jobs[0]
    for other in others:
        module = MODULES.get(other, "keras")
        if importlib.util.find_spec(module) is None:
            print(f"{theirs}, ours / {other}: left out, {module} is not installed")
            continue
        with Contender("ours", options) as us, Contender(other, options) as them:
            for ours in jobs:
                pairs = Pairs(
                    options.pairs, lambda a=us, job=ours: a.rate(job), lambda b=them: b.rate(theirs)
                )
                pairs.print(f"{ours}, ours / {other}", "images a second")


def benchmarks(options: argparse.Namespace) -> dict[str, Callable[[], None]]:
    """Return the benchmarks by name, in the order of the README's table."""
    return {
        "step": lambda: compare(("train",), TRAINING, options),
        "inference": lambda: compare(
            ("predict", "predict-all", "predict-deep"), PREDICTING, _for_prediction(options)
        ),
        "fit": lambda: fit(options),
        "extraction": lambda: extraction(options).print(
            "extraction of 1,438 label files as a whole process, pandas / ours", "seconds"
        ),
        "predict-files": lambda: predicting(options).print(
            "Predict.py with its files / model.predict on resident pictures", "pictures a second"
        ),
        "predict-slide": lambda: whole_slide(options).print(
            "a slide of 20,000 px from opening to report / the bare predictor", "fields a second"
        ),
        "predict-one": lambda: one_picture(options).print(
            "Predict.py of one picture / importing Keras and loading its model", "seconds"
        ),
        "memory": lambda: memory().print("peak memory, 2,000 fields / 500 fields", "MiB"),
    }


def _for_prediction(options: argparse.Namespace) -> argparse.Namespace:
    return argparse.Namespace(**vars(options) | {"batch_size": PREDICTING_BATCH})


def fit(options: argparse.Namespace) -> None:
    """Compare fit with the pipeline and the bare step, in one process.

    Over four times the steps, as an epoch starts with a batch that nothing was computed beside.
    """
    longer = argparse.Namespace(**vars(options) | {"steps": 4 * options.steps})
    with Contender("ours", longer) as ours:
        pairs = Pairs(options.pairs, lambda: ours.rate("fit"), lambda: ours.rate("train"))
    pairs.print("fit with the pipeline / bare step", "images a second")


def processor() -> str:
    """Name the processor, which only /proc/cpuinfo tells on Linux, and the cores at hand."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    models = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return f"{os.cpu_count()} cores of {models[0] if models else platform.machine()}"


def main() -> None:
    """Run the benchmarks that were named, or all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = list(benchmarks(argparse.Namespace()))
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(names)}; all if none")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--image-size", type=int, default=224)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--steps", type=int, default=3, help="steps in one turn")
    parser.add_argument("--precision", default="auto", help="of ours")
    options = parser.parse_args()
    if unknown := set(options.names) - set(names):
        parser.error(f"expected names of {', '.join(names)}, found {', '.join(sorted(unknown))}")
    installed = [name for name in PACKAGES if importlib.util.find_spec(name)]
    print(f"{date.today()}, {processor()}, Python {platform.python_version()}")
    print(", ".join(f"{name} {version(name)}" for name in installed))
    for name, run in benchmarks(options).items():
        if name in (options.names or names):
            run()


if __name__ == "__main__":
    main()
