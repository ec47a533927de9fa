"""What to do with the best setting of a search: tell it, make its folder, train it."""

import os
import shutil
from pathlib import Path

from common import PROJECT
from common.config.lr_folder import setting_of
from common.files.atomic import whole_file
from common.models.architecture import Architecture
from common.runs.paths import RunPaths
from common.search.space import Proposal
from common.search.trials import Trial
from common.study.processes import begin, end
from common.utils.errors import InputError
from common.utils.terminal import command_line, is_quiet

_EPOCHS = 100  # that the best setting is trained for


def tell_best(best: Trial, depth: int, options: list[str]) -> None:
    """Print the best setting and the command that trains it.

    Args:
        best: A trial that did not fail.
        depth: Of the networks that were searched.
        options: Of the run.
    """
    setting = best.setting
    print(f"best: trial {best.name}, val_mae {best.score:.4f} after epoch {best.epoch}")
    print(f"  {setting}")
    launcher = launcher_of(setting, depth)
    command = ["python", str(launcher.relative_to(PROJECT)), *options]
    print(f"  to train it: {command_line(*command)}")
    if not launcher.exists():
        print("  (--make-folder makes that folder)")


def launcher_of(setting: Proposal, depth: int) -> Path:
    """Return the network script of a setting in its learning-rate folder."""
    folder, script = PROJECT / setting.folder, f"{setting.network(depth).script}.py"
    inside = folder / "Code" / f"Res{depth}" if setting.dropout else folder
    return inside / script


def options_of_run(best: Trial, depth: int, shared: list[str], counts: Path) -> list[str]:
    """Return the options that train a setting on the labels of the search.

    Args:
        best: A trial that did not fail.
        depth: Of the networks that were searched.
        shared: Options that the run has in common with the search.
        counts: The test.json of the search; it is named where the setting's folder has another.
    """
    setting = best.setting
    own = PROJECT / setting.folder / "Code" / setting.network(depth).results / counts.name
    named = {"--counts", "--dataset", "--sample"} & set(shared)
    told = ["--counts", str(counts)] if own.exists() and not named else []
    return [*shared, *told, *setting.options]


def make_folder(setting: Proposal, depth: int) -> Path:
    """Make the folder that trains a setting, if it is not there.

    Returns:
        The launcher in it.

    Raises:
        InputError: There is no launcher to copy.
    """
    launcher = launcher_of(setting, depth)
    setting_of(PROJECT / setting.folder)  # a name that this module makes must be readable
    if not launcher.exists():
        pattern = next(PROJECT.glob("LR_*/Res50.py"), None)
        if pattern is None:
            raise InputError("a launcher to copy", "none", PROJECT, "Restore LR_0_0001/Res50.py.")
        with whole_file(launcher) as beside:
            shutil.copyfile(pattern, beside)
    print(f"folder: {launcher.parent}, {launcher.name}")
    return launcher


def train_best(
    launcher: Path, network: Architecture, options: list[str], output: Path, models: Path
) -> None:
    """Train in a process of its own; the run's models go into `models` as well.

    Args:
        launcher: The script that is started.
        network: That it trains.
        options: Of the script.
        output: The folder that receives the run's results.
        models: The folder that receives its models.

    Raises:
        InputError: Training failed.
    """
    command = [str(launcher), *options, "--output", str(output), "--epochs", str(_EPOCHS)]
    command += ["--quiet"] if is_quiet() else []
    with begin(command, os.getcwd()) as process:
        try:
            status = process.wait()
        except KeyboardInterrupt:
            end(process)
            raise
    if status:
        raise InputError("training of the best setting", f"exit status {status}", launcher)
    models.mkdir(parents=True, exist_ok=True)
    for model in RunPaths(output, network.results).saved_models():
        if not (models / model.name).exists():
            _link(model, models / model.name)
    print(f"models: {models}")


def _link(model: Path, name: Path) -> None:
    """Give a file a second name, or where the disk cannot do that, a copy."""
    try:
        os.link(model, name)
    except OSError:
        with whole_file(name) as beside:
            shutil.copyfile(model, beside)
