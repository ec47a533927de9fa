"""NuCLS' own folds by hospital: train_test_splits/fold_<K>_{train,test}.csv."""

from dataclasses import dataclass
from pathlib import Path

from common.nucls.names import slide_of
from common.nucls.tables import read_table
from common.utils.errors import InputError

_FOLDER = "train_test_splits"
_COLUMN = "slide_name"
_REMEDY = "It comes with the corrected single-rater set of NuCLS."


@dataclass(frozen=True)
class HospitalFold:
    """A fold: the slides that train and those that test, as TCGA-A1-A0SP-DX1."""

    train: frozenset[str]
    test: frozenset[str]


def read_hospital_fold(root: Path, fold: int) -> HospitalFold:
    """Read one of NuCLS' folds.

    Args:
        root: Of the data set; the folder of folds lies in it or beside it.
        fold: As the files are numbered.

    Raises:
        InputError: There are no such files, or they name no slides.
    """
    folder = _folder(root)
    return HospitalFold(
        _slides(folder / f"fold_{fold}_train.csv"), _slides(folder / f"fold_{fold}_test.csv")
    )


def count_hospital_folds(root: Path) -> int:
    """Return how many of NuCLS' folds there are, numbered from 1 without a gap.

    Raises:
        InputError: There is none.
    """
    folder = _folder(root)
    count = 0
    while (folder / f"fold_{count + 1}_test.csv").is_file():
        count += 1
    if not count:
        raise InputError("fold_1_test.csv", "none", folder, _REMEDY)
    return count


def _folder(root: Path) -> Path:
    for one in (root, root.parent):
        if (one / _FOLDER).is_dir():
            return one / _FOLDER
    raise InputError(f"a folder {_FOLDER} for --split nucls", "none", root, _REMEDY)


def _slides(path: Path) -> frozenset[str]:
    if not path.is_file():
        there = sorted(one.name for one in path.parent.glob("fold_*_test.csv"))
        raise InputError(path.name, f"only {', '.join(there) or 'other files'}", path.parent)
    names = [row.get(_COLUMN) for row in read_table(path)]
    slides = [slide_of(name) for name in names if name]
    if not slides or None in slides or len(slides) < len(names):
        raise InputError(f"slides in a column {_COLUMN}", "none or other names", path, _REMEDY)
    return frozenset(slides)
