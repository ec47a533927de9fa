"""Runs that were ended, disturbed or repeated: what the next start of the same command does."""

import re
import signal
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from common.files.atomic import hdf5_errors
from common.inference.model_file import read_model_file
from common.runs.log import read_log
from common.runs.paths import RunPaths
from common.utils.entries import readable
from helpers.faults import as_ordinary_user, excel_has_the_log, small_disk
from helpers.forkserver import Forked
from helpers.kills import (
    Kill,
    Trial,
    kill_and_go_on,
    load_models,
    rows_of,
    same_weights,
    visible,
    without_times,
)
from helpers.scripts import Start, begin, begin_anew, copy_project, run

pytestmark = pytest.mark.slow

EPOCHS = 3
# Runs a script where TensorFlow finds two CPUs.
TWO_DEVICES = """
import runpy, sys, tensorflow as tf
cpus = tf.config.list_physical_devices("CPU")
two = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(cpus[0], two)
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def make_trial(factory: pytest.TempPathFactory, optimizer: str) -> Trial:
    """Run once undisturbed; with a network of few layers: it is not what is tested."""
    folder = factory.mktemp("trial")
    project = copy_project(folder / "project", shallow=True)
    return Trial(folder, project, EPOCHS, optimizer, begin=begin)


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Runs whose optimizer has a state for each weight, gradients of a batch left over among it."""
    return make_trial(tmp_path_factory, "rmsprop")


@pytest.fixture(scope="module")
def light_trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Runs that begin sooner, where the optimizer's state is not what is tested."""
    return make_trial(tmp_path_factory, "sgd")


@pytest.fixture
def script(light_trial: Trial, tmp_path: Path) -> Callable[..., Forked]:
    """Give a function that starts the trial's script into `tmp_path`."""
    return partial(light_trial.begin, tmp_path / "output")


def ended(process: Forked | subprocess.Popen[str]) -> tuple[int, str, str]:
    out, errors = process.communicate()
    assert "Traceback" not in errors
    return process.returncode, out, errors


def wait_for(path: Path, process: Forked) -> None:
    while not path.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)


def test_killed_while_writing_it_goes_on(light_trial: Trial) -> None:
    kills = [Kill(file=name, moment="half") for name in ("unfinished", "/.log0.xlsx", "pictures-")]
    kill_and_go_on(light_trial, [*kills, Kill(file="best_model", moment="after")])


def test_ctrl_c_saves_and_says_how_to_go_on(
    light_trial: Trial, script: Callable, tmp_path: Path
) -> None:
    process = script()
    log = tmp_path / "output" / "Log_Files" / "Res50" / "log0.xlsx"
    wait_for(log, process)
    process.send_signal(signal.SIGINT)
    code, out, errors = ended(process)
    assert code == 130
    done = len(rows_of(log))
    assert f"{done} of {EPOCHS} epochs are finished and saved; the same command goes on" in out
    assert errors.endswith("ended by Ctrl-C or SIGTERM; what was saved is kept\n")
    assert (tmp_path / "output" / "Graphs" / "Res50" / "mae.png").exists()
    code, out, _ = ended(script())
    assert (code, f"going on after epoch {done} of {EPOCHS}" in out) == (0, True)
    light_trial.check_finished(tmp_path / "output")


def test_a_finished_run_says_so_and_other_options_are_refused(light_trial: Trial) -> None:
    before = {path: path.stat().st_mtime_ns for path in light_trial.undisturbed.rglob("*")}
    code, out, _ = ended(light_trial.begin(light_trial.undisturbed))
    assert (code, "finished already" in out) == (0, True)
    code, _, errors = ended(light_trial.begin(light_trial.undisturbed, "--seed", 3))
    assert code == 2
    log = light_trial.undisturbed / "Log_Files" / "Res50" / "log0.xlsx"
    assert errors == (
        "error: expected the options and data of the earlier run, "
        f"found seed: '3', where the run there has '0', in {log}\n"
        "  Give --again to a single run, which adds one beside them, or --output DIR.\n"
    )
    code, _, errors = ended(light_trial.begin(light_trial.undisturbed, "--epochs", EPOCHS + 2))
    assert code == 2
    assert errors == (
        f"error: expected the {EPOCHS} epochs that its cosine schedule was made for, "
        f"found epochs: {EPOCHS + 2}, where the run there has {EPOCHS}, in {log}\n"
        "  Give --again to a single run, which adds one beside them, or --output DIR.\n"
    )
    assert {path: path.stat().st_mtime_ns for path in light_trial.undisturbed.rglob("*")} == before


def test_a_finished_run_is_given_more_epochs(trial: Trial, tmp_path: Path) -> None:
    """Its epochs equal those of a run of as many; a kill on the way costs nothing."""
    output, whole = tmp_path / "output", tmp_path / "whole"
    paths = RunPaths(output, "Res50")
    more = ["--schedule", "constant", "--patience", 9, "--epochs"]
    trial.start(whole, None, *more, 4)
    trial.start(output, None, *more, 2)
    assert (paths.final_state.exists(), paths.checkpoint.exists()) == (True, False)

    kept = [path for path in output.rglob("*") if path.is_file() and path.name != ".lock"]
    before = {path: path.read_bytes() for path in kept}
    trial.start(output, Kill(file="unfinished", moment="half"), *more, 4)
    assert {path: path.read_bytes() for path in kept} == before
    assert load_models(output) >= 1
    code, out, _ = ended(trial.begin(output, *more, 2))
    assert (code, "finished already" in out) == (0, True)

    code, out, _ = ended(trial.begin(output, *more, 4))
    assert (code, "going on after epoch 2 of 4" in out) == (0, True)
    one, other = (RunPaths(folder, "Res50").log for folder in (output, whole))
    assert without_times(rows_of(one)) == without_times(rows_of(other))
    assert visible(output) == visible(whole)
    record = read_log(one).record
    assert ("for 4 epochs instead of 2" in record.resumed, record.recipe.epochs) == (True, 4)
    for model in paths.saved_models():
        same_weights(model, whole / model.relative_to(output))
        # By which Evaluate.py knows the run's models, those of its first epochs among them.
        entries = read_model_file(model).entries
        made = record.recipe.entries_of_an_epoch().items()
        assert all(str(readable(entries[name])) == str(readable(value)) for name, value in made)

    code, _, errors = ended(trial.begin(output, *more, 3))
    assert (code, "epochs: '3', where the run there has '4'" in errors) == (2, True)
    paths.final_state.unlink()
    code, _, errors = ended(trial.begin(output, *more, 5))
    assert code == 2
    assert errors == (
        "error: expected the state of the finished run after epoch 4, found no finished.npz to go "
        f"on from in {paths.models}\n"
        "  Give --again to train 5 epochs beside it, or --output DIR.\n"
    )


def test_a_second_run_refuses_and_names_the_first(script: Callable, tmp_path: Path) -> None:
    first = script()
    wait_for(tmp_path / "output" / "Log_Files" / "Res50" / "running.txt", first)
    code, _, errors = ended(script())
    assert code == 75
    assert errors.startswith("error: expected no other process at work in this folder, found ")
    assert f"process {first.pid} on " in errors
    first.kill()
    first.communicate()
    code, out, _ = ended(script("--keep-best", 1))
    assert (code, f"the last run here, process {first.pid} on " in out) == (0, True)
    assert load_models(tmp_path / "output") == 1


def test_a_log_that_is_open_in_excel(light_trial: Trial, tmp_path: Path, start: Start) -> None:
    output = tmp_path / "output"
    log = output / "Log_Files" / "Res50" / "log0.xlsx"
    environment, flag = excel_has_the_log(tmp_path)
    code, out, _ = ended(light_trial.begin(output, env=environment))
    assert (code, out.count("is open elsewhere; close it") >= EPOCHS) == (0, True)
    assert not log.exists()
    lines = (log.parent / "log0.csv").read_text().splitlines()
    assert len(lines) == EPOCHS + 1
    for line, row in zip(lines[1:], light_trial.rows, strict=True):
        values = dict(zip(lines[0].split(","), map(float, line.split(",")), strict=True))
        for name in without_times([row])[0]:  # a workbook keeps 16 digits
            assert values[name] == pytest.approx(row[name], rel=1e-14)
    code, out, _ = ended(light_trial.begin(output, env=environment))
    assert (code, "finished already" in out) == (0, True)
    flag.unlink()
    done = start(light_trial.project / "Code" / "Compare.py", output, "--output", tmp_path)
    assert (done.returncode, "has been brought up to date" in done.stdout) == (0, True)
    light_trial.check_finished(output)


def test_a_disk_that_fills_up(trial: Trial, tmp_path: Path) -> None:
    output = tmp_path / "output"
    code, _, errors = ended(trial.begin(output, before=small_disk(50)))
    state = output / "Models" / "Res50" / "unfinished.npz"
    assert code == 1
    message = f"expected files that can be read and written, found File too large in {state}"
    assert message in errors
    assert load_models(output) == 1
    assert ended(trial.begin(output))[0] == 0
    trial.check_finished(output)


def test_a_model_that_does_not_fit_is_told_as_a_full_disk(tmp_path: Path) -> None:
    """The words of h5py when a file of it closes on a full disk."""
    words = "Can't decrement id ref count (file write failed: errno = 28, error message = ...)"
    with pytest.raises(OSError, match="No space left on device") as told, hdf5_errors():
        raise RuntimeError(words)
    assert told.value.errno == 28
    with pytest.raises(RuntimeError, match="something else"), hdf5_errors():
        raise RuntimeError("something else")


def test_a_run_that_cannot_fit_is_refused(
    light_trial: Trial, project: Path, tmp_path: Path, start: Start
) -> None:
    more = ["--epochs", 100_000, "--optimizer", "adamw", "--accumulate", 1]
    script = project / light_trial.script.relative_to(light_trial.project)  # of all layers
    done = start(script, *light_trial.options(tmp_path / "output", *more))
    assert done.returncode == 2
    assert re.search(
        r"expected 96\d{2}\.\d\d GB of free space \(100000 models of 94 MB at most,", done.stderr
    )
    assert " models of 94 MB at most, and a state of 283 MB), found " in done.stderr
    assert not (tmp_path / "output").exists()


def test_a_folder_that_may_not_be_written_to(light_trial: Trial, tmp_path: Path) -> None:
    command = light_trial.script, *light_trial.options(tmp_path / "output")
    tmp_path.chmod(0o555)
    try:
        code, _, errors = ended(begin_anew(*command, before=as_ordinary_user))
    finally:
        tmp_path.chmod(0o755)
    assert code == 2
    found = f"one that may not be written to in {tmp_path}"
    assert errors == (
        f"error: expected a folder for the results, found {found}\n  Give --output DIR.\n"
    )


def test_a_folder_that_is_moved_during_the_run(light_trial: Trial, tmp_path: Path) -> None:
    output, aside = tmp_path / "output", tmp_path / "aside"
    process = light_trial.begin(output)
    wait_for(output / "Log_Files" / "Res50" / "log0.xlsx", process)
    output.rename(aside)
    code, _, errors = ended(process)
    assert code == 2
    assert "none: it was moved or removed while the run went on" in errors
    assert not output.exists()
    aside.rename(output)
    assert ended(light_trial.begin(output))[0] == 0
    light_trial.check_finished(output)


@pytest.fixture
def unfinished(trial: Trial, tmp_path: Path) -> Path:
    """Kill a run once its first epoch is saved; return its output folder."""
    trial.start(tmp_path / "output", Kill(file="/log0.xlsx", moment="after"))
    return tmp_path / "output"


def test_damaged_logs_and_states(trial: Trial, unfinished: Path) -> None:
    log = unfinished / "Log_Files" / "Res50" / "log0.xlsx"
    state = unfinished / "Models" / "Res50" / "unfinished.npz"
    whole = state.read_bytes()
    log.write_bytes(b"garbage")
    for cut in (len(whole) // 2, 0):
        state.write_bytes(whole[:cut])
        code, _, errors = ended(trial.begin(unfinished))
        assert code == 2
        assert "error: expected the state of an unfinished run, found a damaged file (" in errors
        assert "Give --again to train beside them, or --output DIR." in errors
    state.write_bytes(whole)
    code, out, _ = ended(trial.begin(unfinished))
    assert (code, "set aside as log0.damaged, made anew" in out) == (0, True)
    assert (log.parent / "log0.damaged").read_bytes() == b"garbage"
    (log.parent / "log0.damaged").unlink()
    trial.check_finished(unfinished)


def test_patience_ends_early_and_survives(trial: Trial, tmp_path: Path) -> None:
    output = tmp_path / "output"
    more = ["--epochs", 40, "--patience", 1]
    trial.start(output, Kill(file="/log0.xlsx", moment="after"), *more)
    code, _, _ = ended(trial.begin(output, *more))
    assert code == 0
    losses = [row["val_loss"] for row in rows_of(output / "Log_Files" / "Res50" / "log0.xlsx")]
    since = len(losses) - 1 - losses.index(min(losses))
    assert len(losses) < 40
    assert since == 1
    assert losses[:-1] == sorted(losses[:-1], reverse=True)  # each of the others was the best yet


def test_all_devices(light_trial: Trial, tmp_path: Path) -> None:
    """Two logical CPUs: each batch is divided, and the weights of both stay one."""
    output = tmp_path / "output"
    two = tmp_path / "two_devices.py"
    two.write_text(TWO_DEVICES)
    more = ["--devices", "all", "--precision", "float32", "--schedule", "constant", "--epochs", 2]
    more += ["--accumulate", 1]
    done = run(two, light_trial.script, *light_trial.options(output, *more))
    assert done.returncode == 0, done.stderr
    assert "devices: 2, each with its part of a batch" in done.stdout
    book = openpyxl.load_workbook(output / "Log_Files" / "Res50" / "log0.xlsx")
    assert dict(book["run"].iter_rows(values_only=True))["devices"] == "all"
    assert book["log"].max_row == 2 + 1
    assert load_models(output) >= 1


def test_the_newest_models_are_those_of_the_latest_epochs(tmp_path: Path) -> None:
    paths = RunPaths(tmp_path, "Res50")
    paths.models.mkdir(parents=True)
    for epoch, loss in ((9, 0.3), (99, 0.2), (100, 0.1)):
        paths.model(epoch, loss).touch()
    names = [path.name for path in paths.saved_models()]
    assert names == ["best_model09-0.3000.h5", "best_model99-0.2000.h5", "best_model100-0.1000.h5"]
