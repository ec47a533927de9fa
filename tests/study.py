"""Run a study of tiny runs with Run_All.py, some of them made to fail, then mend the fault.

python tests/study.py                 12 runs, about 6 minutes on 2 CPU cores
python tests/study.py --cluster       the same by two Dask workers, one of which is killed
"""

import argparse
import tempfile
from pathlib import Path

from helpers.scripts import copy_project
from helpers.study import Study, check_on_cluster


def main() -> None:
    """Run the study in a temporary folder, on a copy of the project."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cluster", action="store_true")
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        study = Study(copy_project(place / "project"), place, 3, 4)
        check_on_cluster(study, place) if arguments.cluster else study.check()
    print("12 runs: 10 finished and 2 reported, then only the 2 ran")


if __name__ == "__main__":
    main()
