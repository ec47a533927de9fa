"""What a search has found: trials.xlsx, trials.png."""

import math
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure
from openpyxl import Workbook

from common.files.figures import save_figure
from common.files.workbooks import SMALL, fill_entries, fill_header, save_book
from common.search.space import CHOICES, PARAMETERS, Proposal
from common.utils.entries import Entries


@dataclass(frozen=True)
class Trial:
    """A trial.

    Attributes:
        name: Keras Tuner's.
        setting: What was tried.
        score: Its lowest val_mae, None if it failed.
        epoch: Of that score, None if it failed.
        status: "completed", or why it failed.
    """

    name: str
    setting: Proposal
    score: float | None
    epoch: int | None
    status: str


def ranked(trials: list[Trial]) -> list[Trial]:
    """Sort by score, best first, those without one last."""
    return sorted(trials, key=lambda trial: (trial.score is None, trial.score, trial.name))


def write_trials(path: Path, trials: list[Trial], made_from: Entries) -> None:
    """Write the workbook: a row a trial, best first; a sheet says how they were made."""
    book = Workbook()
    sheet, run = book.active, book.create_sheet("run")
    sheet.title = "trials"
    fill_header(sheet, ("trial", "val_mae", "best epoch", *PARAMETERS, "folder", "status"))
    for trial in ranked(trials):
        setting = trial.setting
        values = [setting.rate, *(getattr(setting, name) for name in PARAMETERS[1:])]
        row = (trial.name, trial.score, trial.epoch, *values, setting.folder, trial.status)
        sheet.append(row)
        sheet.cell(sheet.max_row, 2).number_format = "0.0000"
        sheet.cell(sheet.max_row, 4).number_format = SMALL
    fill_entries(run, made_from)
    save_book(path, book)


def draw_trials(path: Path, trials: list[Trial], title: str) -> None:
    """Draw the score against each parameter, the best trial marked."""
    scored = [trial for trial in ranked(trials) if trial.score is not None]
    columns = 3
    rows = math.ceil(len(PARAMETERS) / columns)
    figure = Figure(figsize=(4 * columns, 3.2 * rows), layout="constrained")
    figure.suptitle(title)
    axes = figure.subplots(rows, columns, sharey=True).ravel()
    for place, name in zip(axes, PARAMETERS, strict=False):  # places may be left over
        values = [getattr(trial.setting, name) for trial in scored]
        if name in CHOICES:
            place.set_xticks(range(len(CHOICES[name])), map(str, CHOICES[name]))
            place.set_xlim(-0.5, len(CHOICES[name]) - 0.5)
            values = [CHOICES[name].index(value) for value in values]
        else:
            place.set_xscale("log")
        place.scatter(values, [trial.score for trial in scored], alpha=0.7)
        place.plot(values[0], scored[0].score, "k*", markersize=12, label="best trial")
        place.set_xlabel(name.replace("_", " "))
        place.grid(alpha=0.3)
    for place in axes[::columns]:
        place.set_ylabel("lowest val_mae")
    axes[0].legend()
    save_figure(path, figure)
