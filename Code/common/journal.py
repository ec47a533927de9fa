"""What a run has done so far, and its way onto the disk after each epoch."""

import shutil
from dataclasses import dataclass

import numpy as np

from common.beginning import Beginning, Stage
from common.errors import InputError
from common.files import remove_unfinished
from common.graphs import draw_graph
from common.log_file import save_log
from common.logbook import Row, read_log
from common.places import Places
from common.prepare import Run
from common.state import State, read_state, write_state


@dataclass(frozen=True)
class Journal:
    """The story of a run: how it was made (`facts`), its epochs (`rows`), where it is kept."""

    run: Run
    places: Places
    facts: dict[str, object]
    rows: list[Row]

    def save(self, arrays: list[np.ndarray]) -> None:
        """Keep an epoch: the state first, which is what counts; the log follows it.

        Only then models that are not wanted any more are removed.

        arrays: weights, seeds and optimizer. Raises InputError if the folders are gone.
        """
        self.places.check_there()
        write_state(self.places.state, State(self.facts, self.rows, arrays))
        self.write_log()
        keep = self.run.options.keep_best
        for path in self.places.saved_models()[:-keep] if keep else []:
            path.unlink()

    def write_log(self) -> None:
        """Bring the log up to date."""
        save_log(self.places.log, self.rows, self.facts, self.run.baselines, self.run.sides)

    def finish(self, end: str) -> None:
        """Draw the graphs and write the log for the last time; the state has done its work."""
        self.leave()
        self.facts["end"] = end
        self.write_log()
        self.places.state.unlink(missing_ok=True)

    def leave(self) -> None:
        """Draw the graphs of the epochs so far; without any, give the place back."""
        if not self.rows:
            self.places.state.unlink(missing_ok=True)
        elif self.places.logs.is_dir():
            for figure in self.run.setting.graphs:
                draw_graph(self.places.graph(figure), figure, self.rows, self.run.title)


def open_journal(
    run: Run, begun: Beginning, facts: dict[str, object]
) -> tuple[Journal, list[np.ndarray]]:
    """Open the journal of a new or an unfinished run; its folders belong to this process.

    Returns it with the arrays to go on with, none if the run is new. What a killed process left
    half-written is removed; so are model files of epochs that were not finished.
    """
    places = begun.places
    for folder in (places.logs, places.graphs, places.models):
        folder.mkdir(parents=True, exist_ok=True)
        remove_unfinished(folder)
    if begun.stage is Stage.NEW:
        _tidy(places, [])
        write_state(places.state, State(facts, [], []))  # whose a model of the first epoch is
        return Journal(run, places, facts, []), []
    state = read_state(places.state)
    done = len(state.rows)
    print(f"going on after epoch {done} of {run.epochs}: {places.state}")
    _tell_changes(state.facts, facts)
    told = f"after epoch {done} at {facts['start']}"
    resumed = state.facts["resumed"]
    state.facts["resumed"] = told if resumed == "never" else f"{resumed}; {told}"
    _tidy(places, state.rows)
    journal = Journal(run, places, state.facts, state.rows)
    journal.write_log()  # which may have been ended between state and log
    return journal, state.arrays


def _tell_changes(before: dict[str, object], now: dict[str, object]) -> None:
    for name in ("device", "precision", "TensorFlow", "Keras"):
        if str(before[name]) != str(now[name]):
            print(f"note: {name} was {before[name]} until now, and is {now[name]}")


def _tidy(places: Places, rows: list[Row]) -> None:
    """Remove models of epochs that will be trained again; set a damaged log aside."""
    finished = {places.model(int(row["epoch"]), row["val_loss"]) for row in rows}
    for path in places.saved_models():
        if path not in finished:
            path.unlink()
    if places.log.exists():
        try:
            read_log(places.log, with_fields=False)
        except InputError as error:
            aside = places.log.with_suffix(".damaged")
            shutil.move(places.log, aside)
            print(f"warning: {error}".splitlines()[0] + f"; set aside as {aside.name}, made anew")
