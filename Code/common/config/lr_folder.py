"""A learning-rate folder's name is its setting: LR_0_000006_Dropout_05 -> 0.000006 and 0.5."""

import re
from dataclasses import dataclass
from pathlib import Path

from common.metrics.epoch_metrics import DROPOUT_GRAPHS, GRAPHS
from common.utils.entries import entry
from common.utils.errors import InputError

_NAME = re.compile(r"LR_(\d+)_(\d+)(_Dropout(?:_(\d)(\d+))?)?")
_DROPOUT_WITHOUT_NUMBER = 0.2
_EPOCHS, _DROPOUT_EPOCHS = 50, 100


@dataclass(frozen=True)
class Setting:
    """What a folder's name decides.

    Attributes:
        folder: The name.
        learning_rate: Above 0.
        dropout: Share of the pooled features dropped, 0 to below 1.
    """

    folder: str = entry("folder")
    learning_rate: float = entry("learning rate")
    dropout: float = entry("dropout")

    @property
    def epochs(self) -> int:
        """The default number of epochs."""
        return _DROPOUT_EPOCHS if self._names_dropout else _EPOCHS

    @property
    def graphs(self) -> tuple[str, ...]:
        """The metrics that are drawn."""
        return DROPOUT_GRAPHS if self._names_dropout else GRAPHS

    @property
    def _names_dropout(self) -> bool:
        """A folder that names a dropout, be it 0, is one of the seed's longer runs."""
        return "_Dropout" in self.folder


def setting_of(folder: Path) -> Setting:
    """Read the setting from a folder's name; the number after LR_ has "_" for its point.

    Raises:
        InputError: The name is no learning rate.
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
        return Setting(folder.name, learning_rate, 0.0)
    dropout = float(f"{match[4]}.{match[5]}") if match[4] else _DROPOUT_WITHOUT_NUMBER
    if dropout >= 1:
        raise InputError("a dropout below 1", f"{dropout:g}", folder, "Rename the folder.")
    return Setting(folder.name, learning_rate, dropout)


def folder_name(learning_rate: float, dropout: float) -> str:
    """Return the name of the folder that trains with a learning rate and a dropout below 1.

    0.000033 and 0.5 -> LR_0_000033_Dropout_05.
    """
    digits = f"{learning_rate:.12f}".rstrip("0").replace(".", "_")
    share = f"{dropout:.6f}".rstrip("0").replace(".", "")
    return f"LR_{digits}" + (f"_Dropout_{share}" if dropout else "")
