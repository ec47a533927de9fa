"""Kill a network script again and again, at random moments and in the middle of what it writes.

  python tests/kills.py                30 kills, about 15 minutes on 2 CPU cores
  python tests/kills.py --kills 4 --seed 1

Each time the same command must go on. At the end every log opens, every model loads, and the
metrics and models equal those of a run that nobody disturbed. Exit status 1 if not.
"""

import argparse
import random
import tempfile
from pathlib import Path

from helpers.kills import Trial, choose_kills, kill_and_go_on
from helpers.scripts import copy_project


def main() -> None:
    """Run the trial in a temporary folder, on a copy of the project."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=30)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--epochs", type=int, default=6)
    arguments = options.parse_args()
    random.seed(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder), copy_project(Path(folder) / "project"), arguments.epochs)
        kill_and_go_on(trial, choose_kills(arguments.kills))
    print(f"{arguments.kills} kills: nothing lost, doubled or changed")


if __name__ == "__main__":
    main()
