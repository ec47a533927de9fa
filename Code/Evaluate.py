"""Evaluate a run's best model: metrics with intervals, graphs, predictions.

  python Code/Evaluate.py LR_0_0001/Log_Files/Res50/log0.xlsx
  python Code/Evaluate.py LR_0_0001/Sample/Log_Files/Res50/log0.xlsx --flips

On the run's validation fields, or on another labelled data set (--dataset). Where
several people labelled fields, how well they agree is told beside.
Takes about 10 seconds and 1 second for 20 fields of 224 px on 2 CPU cores.
Writes, in the run's Graphs/<network>/ or that of --output:

  predictions.csv, evaluation.json
  predicted.png, bland_altman.png, error_by_nuclei.png, worst_fields.png,
  calibration.png
"""

from dataclasses import dataclass
from pathlib import Path

from common.evaluation.loading import load_evaluation
from common.evaluation.people import find_people
from common.files.disk import CacheOptions
from common.runs.paths import paths_of
from common.runs.pending_log import settle_and_tell
from common.utils.cli import argument, option, parse
from common.utils.errors import start
from common.utils.tensorflow_env import prepare_tensorflow


@dataclass(frozen=True)
class EvaluateOptions:
    """What is evaluated, and how."""

    log: Path = argument("the run's log0.xlsx", type=Path)
    cache: CacheOptions
    dataset: Path | None = option(None, "another labelled data set", type=Path)
    flips: bool = option(False, "average the eight turns and flips of each picture")
    include_training: bool = option(
        False, "of --dataset, evaluate fields as well that were seen in training"
    )
    multi_rater: Path | None = option(
        None,
        "raw multi-rater files: shows how well people agree beside the network's metrics "
        "(default: on the evaluated fields, where several people labelled them)",
        type=Path,
    )
    output: Path | None = option(
        None,
        "folder that receives Graphs/<network>/ (default: where the run has its own)",
        type=Path,
    )


def main() -> None:
    """Find and check what is evaluated, and only then load TensorFlow.

    Raises:
        InputError: Something that the user gave cannot be.
    """
    options = parse(EvaluateOptions, __doc__)
    options.cache.use()
    settle_and_tell(paths_of(options.log).output)
    job = load_evaluation(options.log, options.dataset, options.include_training, options.output)
    people = find_people(options.multi_rater, job.data_set, job.fields, job.model.counting)
    prepare_tensorflow()
    from common.evaluation.evaluate import evaluate  # TensorFlow, only after all checks

    evaluate(job, options.flips, people)


if __name__ == "__main__":
    start(main)
