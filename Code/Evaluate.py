"""Evaluate a run's best model: figures with intervals, graphs, predictions.

  python Code/Evaluate.py LR_0_0001/Log_Files/Res50/log0.xlsx
  python Code/Evaluate.py LR_0_0001/Sample/Log_Files/Res50/log0.xlsx --flips

On the run's validation fields, or on another labelled data set (--dataset).
Takes about 10 seconds and 1 second for 20 fields of 224 px on 2 CPU cores.
Writes, in the run's Graphs/<network>/:

  predictions.csv, evaluation.json
  predicted.png, bland_altman.png, error_by_nuclei.png, worst_fields.png
"""

from pathlib import Path

from common.errors import start
from common.evaluated import evaluated
from common.options import Parser
from common.run import quieten


def main() -> None:
    """Find and check what is evaluated, and only then load TensorFlow. Raises InputError."""
    options = Parser(__doc__)
    options.add_argument("log", type=Path, help="the run's log0.xlsx")
    options.add_argument("--dataset", type=Path, help="another labelled data set")
    options.add_argument(
        "--flips", action="store_true", help="average the eight turns and flips of each picture"
    )
    arguments = options.parse_args()
    job = evaluated(arguments.log, arguments.dataset)
    quieten()
    from common.evaluation import evaluate  # TensorFlow, only after all checks

    evaluate(job, arguments.flips)


if __name__ == "__main__":
    start(main)
