"""Where the results of a run lie."""

import re
from dataclasses import dataclass
from pathlib import Path

from common.utils.errors import InputError

_RESULT = re.compile(r"(?:best_model.*?|[a-z]+?)(?:-run(\d+))?\.(?:h5|png)")


@dataclass(frozen=True)
class RunPaths:
    """The files of one run of a network, below a learning-rate folder or --output.

    Attributes:
        output: The folder that holds Graphs/, Log_Files/ and Models/.
        network: The result folders' name, as Res50_Conv4_5.
        number: 0 for the first run there, 1 for the one after it, ...
    """

    output: Path
    network: str
    number: int = 0

    @property
    def log(self) -> Path:
        """The workbook, Log_Files/<network>/log<number>.xlsx."""
        return self.logs / f"log{self.number}.xlsx"

    @property
    def logs(self) -> Path:
        """The folder of the logs, Log_Files/<network>."""
        return self.output / "Log_Files" / self.network

    @property
    def scalars(self) -> Path:
        """The folder of what TensorBoard reads, Log_Files/<network>/tensorboard/log<number>."""
        return self.logs / "tensorboard" / self.log.stem

    @property
    def graphs(self) -> Path:
        """The folder of the graphs, Graphs/<network>."""
        return self.output / "Graphs" / self.network

    @property
    def models(self) -> Path:
        """The folder of the model files, Models/<network>."""
        return self.output / "Models" / self.network

    @property
    def report(self) -> Path:
        """The page about the run, Graphs/<network>/report.html."""
        return self.evaluation("report", ".html")

    @property
    def checkpoint(self) -> Path:
        """What an unfinished run needs to go on, Models/<network>/unfinished.npz."""
        return self.models / f"unfinished{self._mark}.npz"

    @property
    def final_state(self) -> Path:
        """What a finished run needs to be given more epochs, Models/<network>/finished.npz."""
        return self.models / f"finished{self._mark}.npz"

    def graph(self, metric: str) -> Path:
        """Return the graph of a metric, Graphs/<network>/<metric>.png."""
        return self.graphs / f"{metric}{self._mark}.png"

    def model(self, epoch: int, val_loss: float) -> Path:
        """Return the model file of an epoch (counted from 1), best_model07-0.0213.h5."""
        return self.models / f"best_model{epoch:02d}-{val_loss:.4f}{self._mark}.h5"

    def evaluation(self, kind: str, suffix: str) -> Path:
        """Return a file of an evaluation, Graphs/<network>/<kind><suffix>."""
        return self.graphs / f"{kind}{self._mark}{suffix}"

    @property
    def _mark(self) -> str:
        return f"-run{self.number}" if self.number else ""

    def copied_into(self, trained_in: str) -> str | None:
        """Return the learning-rate folder in which the run lies, if it was trained in another."""
        around = [part for part in self.output.parts if part.startswith("LR_")]
        return around[-1] if around and trained_in not in around else None

    def describe_copy(self, trained_in: str) -> list[str]:
        """Say that the run was trained in another folder; nothing if it was not."""
        other = self.copied_into(trained_in)
        return [f"the log lies in {other}, but the run was trained in {trained_in}"] * bool(other)

    def check_there(self) -> None:
        """Raise InputError if the run's folders have been moved or removed under it."""
        for folder in (self.logs, self.models):
            if not folder.is_dir():
                raise InputError(
                    "the folder of this run's results",
                    "none: it was moved or removed while the run went on",
                    folder,
                    "Put it back and give the same command; it goes on after the last epoch there.",
                )

    def saved_models(self) -> list[Path]:
        """List the run's model files, oldest epoch first."""
        found = [path for path in self.models.glob("best_model*.h5") if self._owns(path)]
        return sorted(found, key=lambda path: (_epoch_of(path), path.name))

    def results(self) -> list[Path]:
        """List what a run of this number has left."""
        files = [
            self.checkpoint,
            self.final_state,
            self.log,
            *self.saved_models(),
            *sorted(self.graphs.glob("*.png")),
        ]
        kept = (self.checkpoint, self.final_state, self.log)
        return [path for path in files if path.exists() and (path in kept or self._owns(path))]

    def _owns(self, path: Path) -> bool:
        match = _RESULT.fullmatch(path.name)
        return match is not None and int(match[1] or 0) == self.number


def _epoch_of(model: Path) -> int:
    match = re.match(r"best_model(\d+)-", model.name)
    return int(match[1]) if match else 0


def paths_of(log: Path) -> RunPaths:
    """Return the paths of a run by its log.

    Raises:
        InputError: The path is no log's.
    """
    match = re.fullmatch(r"log(\d+)\.xlsx", log.name)
    log = log.absolute()
    if not match or log.parents[1].name != "Log_Files":
        raise InputError("a run's Log_Files/<network>/log0.xlsx", str(log))
    return RunPaths(log.parents[2], log.parent.name, int(match[1]))
