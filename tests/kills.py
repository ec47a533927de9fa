"""Kill network scripts and studies again and again, at random moments and while they write.

  python tests/kills.py                30 kills, about 20 minutes on 2 CPU cores
  python tests/kills.py --kills 4 --seed 1 --only script

Each time the same command must go on. At the end every log opens, every model loads, and the
metrics and models equal those of a run that nobody disturbed; of studies, every run has finished
once, no process is left, and the user's files are as they were. Exit status 1 if not.
"""

import argparse
import random
import socket
import tempfile
from pathlib import Path

from helpers.kills import Trial, choose_kills, kill_and_go_on
from helpers.scripts import copy_project
from helpers.study import Study
from helpers.study_kills import kill_cluster, kill_study, two_at_once

PARTS = ("script", "study", "cluster")


def main() -> None:
    """Run the trials in temporary folders, on copies of the project."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=30)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--epochs", type=int, default=6)
    options.add_argument("--only", choices=PARTS, default=None)
    given = options.parse_args()
    random.seed(given.seed)
    parts = [given.only] if given.only else PARTS
    for part in parts:
        with tempfile.TemporaryDirectory() as folder:
            _kill(part, Path(folder), given)
    print(f"{given.kills} kills: nothing lost, doubled or changed")


def _kill(part: str, place: Path, given: argparse.Namespace) -> None:
    """Make a part's kills: all, or of 30, 16 of a script, 9 of Run_All.py, 5 of Dask."""
    project, kills = copy_project(place / "project"), given.kills
    if not given.only:
        studies, clusters = kills * 9 // 30, kills * 5 // 30
        of = {"script": kills - studies - clusters, "study": studies, "cluster": clusters}
        kills = of[part]
    if part == "script":
        kill_and_go_on(Trial(place, project, given.epochs), choose_kills(kills))
    elif part == "study":
        study = Study(project, place, 1, 2)
        kill_study(study, place, kills)
        study.output.rename(place / "before")
        two_at_once(study)
    else:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        names = ["scheduler", *random.choices(["worker0", "worker1", "scheduler"], k=kills)]
        kill_cluster(Study(project, place, 1, 4), place, port, names[:kills])


if __name__ == "__main__":
    main()
