"""Where things go: the counts of a data set, and the results of a run."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from common.dataset import PROJECT, DataSet
from common.errors import InputError

_RESULT = re.compile(r"(?:best_model.*?|[a-z]+?)(?:-run(\d+))?\.(?:h5|png)")


def counts_file(
    data_set: DataSet, named: bool, folder: Path | None = None, network: str = ""
) -> Path:
    """Return where a data set's test.json lies.

    For the data set that is found under Dataset/ it is `<folder>/Code/<network>/` where the
    folder has that (the dropout folders do), else Code/. A data set that was named by --dataset
    or --sample keeps its counts beside its own contours/, so that several do not mix.
    """
    if named:
        return data_set.root / "test.json"
    own = folder / "Code" / network if folder else None
    home = own if own is not None and own.is_dir() else PROJECT / "Code"
    return home / "test.json"


@dataclass(frozen=True)
class Places:
    """The files of one run of a network, below a learning-rate folder or --output.

    output: the folder that holds Graphs/, Log_Files/ and Models/. network: the result folders'
    name, as Res50_Conv4_5. number: 0 for the first run there, 1 for the one after it, ...
    """

    output: Path
    network: str
    number: int = 0

    @property
    def log(self) -> Path:
        """The workbook, Log_Files/<network>/log<number>.xlsx."""
        return self.output / "Log_Files" / self.network / f"log{self.number}.xlsx"

    @property
    def models(self) -> Path:
        """The folder of the model files, Models/<network>."""
        return self.output / "Models" / self.network

    def graph(self, figure: str) -> Path:
        """Return the graph of a figure, Graphs/<network>/<figure>.png."""
        return self.output / "Graphs" / self.network / f"{figure}{self._mark}.png"

    def model(self, epoch: int, val_loss: float) -> Path:
        """Return the model file of an epoch (counted from 1), best_model07-0.0213.h5."""
        return self.models / f"best_model{epoch:02d}-{val_loss:.4f}{self._mark}.h5"

    def evaluation(self, kind: str, suffix: str) -> Path:
        """Return a file of an evaluation, Graphs/<network>/<kind><suffix>."""
        return self.output / "Graphs" / self.network / f"{kind}{self._mark}{suffix}"

    @property
    def _mark(self) -> str:
        return f"-run{self.number}" if self.number else ""

    def taken(self) -> list[Path]:
        """List the result files of an earlier run that a run of this number would mix with."""
        graphs = self.graph("loss").parent
        found = [*sorted(self.models.glob("*.h5")), *sorted(graphs.glob("*.png"))]
        numbers = [(path, _RESULT.fullmatch(path.name)) for path in found]
        own = [path for path, match in numbers if match and int(match[1] or 0) == self.number]
        return ([self.log] if self.log.exists() else []) + own

    def claim(self) -> None:
        """Take the log's name, which only one run can; raises InputError if another just has."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.log.touch(exist_ok=False)
        except FileExistsError as error:
            raise InputError(
                "a place of its own for this run",
                "one that another run has just taken",
                self.log,
                "Wait for it, or give --again or --output DIR.",
            ) from error


def places_of(log: Path) -> Places:
    """Return the places of a run by its log. Raises InputError if the path is no log's."""
    match = re.fullmatch(r"log(\d+)\.xlsx", log.name)
    log = log.absolute()
    if not match or log.parents[1].name != "Log_Files":
        raise InputError("a run's Log_Files/<network>/log0.xlsx", str(log))
    return Places(log.parents[2], log.parent.name, int(match[1]))


def free_places(output: Path, network: str, again: bool) -> Places:
    """Return places that hold no results yet: number 0, or with `again` the next free number.

    Raises InputError if number 0 is taken and `again` was not asked for, and if nothing can be
    written there.
    """
    _check_writable(output)
    places = Places(output, network)
    while taken := places.taken():
        if not again:
            raise InputError(
                "no results of an earlier run",
                taken[0].name,
                taken[0].parent,
                "Give --again to keep them and add a run beside them, or --output DIR.",
            )
        places = Places(output, network, places.number + 1)
    return places


def _check_writable(output: Path) -> None:
    """Find out before training, without making anything, that results can be written."""
    there = next(path for path in (output, *output.parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        found = "one that may not be written to" if there.is_dir() else "a file"
        raise InputError("a folder for the results", found, there, "Give --output DIR.")
