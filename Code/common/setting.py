"""A learning-rate folder's name is its setting: LR_0_000006_Dropout_05 -> 0.000006 and 0.5."""

import re
from dataclasses import dataclass
from pathlib import Path

from common.errors import InputError

_NAME = re.compile(r"LR_(\d+)_(\d+)(_Dropout(?:_(\d)(\d+))?)?")
_DROPOUT_WITHOUT_NUMBER = 0.2


@dataclass(frozen=True)
class Setting:
    """What a folder's name decides.

    learning_rate: above 0. dropout: share of the pooled features dropped, 0 to below 1.
    epochs: default number of epochs. graphs: the figures that are drawn.
    """

    learning_rate: float
    dropout: float
    epochs: int
    graphs: tuple[str, ...]


def setting_of(folder: Path) -> Setting:
    """Read the setting from a folder's name; the number after LR_ has "_" for its point.

    Raises InputError if the name is no learning rate.
    """
    match = _NAME.fullmatch(folder.name)
    learning_rate = float(f"{match[1]}.{match[2]}") if match else 0.0
    if match is None or learning_rate == 0:
        raise InputError(
            "a folder named after its learning rate, as LR_0_0001 or LR_0_000006_Dropout_05",
            repr(folder.name),
            folder.parent,
            "Rename the folder: its name is the setting that it trains with.",
        )
    if not match[3]:
        return Setting(learning_rate, 0.0, 50, ("loss", "mae"))
    dropout = float(f"{match[4]}.{match[5]}") if match[4] else _DROPOUT_WITHOUT_NUMBER
    if dropout >= 1:
        raise InputError("a dropout below 1", f"{dropout:g}", folder, "Rename the folder.")
    return Setting(learning_rate, dropout, 100, ("loss", "mae", "cosine", "mse", "msle", "rmse"))


def name_of(learning_rate: float, dropout: float) -> str:
    """Return the name of the folder that trains with a learning rate and a dropout below 1.

    0.000033 and 0.5 -> LR_0_000033_Dropout_05.
    """
    digits = f"{learning_rate:.12f}".rstrip("0").replace(".", "_")
    share = f"{dropout:.6f}".rstrip("0").replace(".", "")
    return f"LR_{digits}" + (f"_Dropout_{share}" if dropout else "")
