"""Search for the hyper-parameters of a network with Keras Tuner.

  python Code/Hyperparameter_Optimization.py --trials 30 --epochs 20
  python Code/Hyperparameter_Optimization.py --sample --trials 3 --epochs 2
  python Code/Hyperparameter_Optimization.py --trials 30 --epochs 20 --train-best

On the training part only; the validation fields of runs take no part. On 2 CPU
cores a trial over 1000 fields takes about 3 minutes an epoch. Started again, it
goes on where it was cut. Writes:

  my_dir/ResNet50_Hyperparameter_Optimization/trial_*/, trials.xlsx, trials.png
"""

from pathlib import Path

from common import PROJECT
from common.config.data_plan import DataPlan
from common.config.prepare import prepare_data
from common.files.disk import check_writable
from common.models.architecture import Architecture, network_named
from common.models.weights import imagenet_for
from common.search.best import make_folder, options_of_run, tell_best, train_best
from common.search.options import SearchOptions
from common.search.plan import SearchRecipe, claimed, plan_search, recipe_of
from common.search.trials import Trial, draw_trials, ranked, write_trials
from common.utils.cli import parse
from common.utils.entries import to_entries
from common.utils.errors import InputError, start
from common.utils.tensorflow_env import prepare_tensorflow
from common.utils.terminal import tell


def main() -> None:
    """Search, tell what was found, and train it if that was asked for.

    Raises:
        InputError: Something that the user gave cannot be.
    """
    options = parse(SearchOptions, __doc__)
    network = network_named(options.tuner.network)
    below = "Sample" if options.data.source.sample else ""
    home = options.tuner.output or PROJECT / "my_dir" / below
    folder = home.absolute() / f"ResNet{network.depth}_Hyperparameter_Optimization"
    check_writable(folder)
    if options.tuner.make_folder or options.tuner.train_best:
        check_writable(
            PROJECT, "the best setting's folder", "Leave --make-folder, --train-best away."
        )
    plan = plan_search(options)
    tell(*plan.describe())
    trials = _search(options, network, plan, folder)
    if not trials:  # a worker's part is done; its chief has the trials
        return
    best = ranked(trials)[0]
    if best.score is None:
        raise InputError("at least one trial that did not fail", best.status, folder)
    of_run = options_of_run(best, network.depth, options.of_runs, plan.labels.counts_path)
    tell_best(best, network.depth, of_run)
    if options.tuner.make_folder or options.tuner.train_best:
        launcher = make_folder(best.setting, network.depth)
    if options.tuner.train_best:
        train_best(
            launcher,
            best.setting.network(network.depth),
            of_run,
            output=PROJECT / best.setting.folder / below,
            models=PROJECT / network.script / below,
        )


def _search(
    options: SearchOptions, network: Architecture, plan: DataPlan, folder: Path
) -> list[Trial]:
    """Search in the folder, and leave there what was found."""
    machinery, size = options.machinery, plan.pictures.image_size
    weights = imagenet_for(machinery.weights, machinery.painted_fields, network.depth, size)
    if weights:
        weights.get()
    recipe = recipe_of(options, plan)
    with claimed(folder, recipe):
        data = prepare_data(plan)
        tell(*data.describe())
        prepare_tensorflow()
        from common.search.hypermodel import search  # TensorFlow, only after all checks

        trials = search(data, network.depth, options.tuner, folder)
        if trials:
            _write(folder, trials, recipe, f"{network}: {len(trials)} trials")
    return trials


def _write(folder: Path, trials: list[Trial], recipe: SearchRecipe, title: str) -> None:
    write_trials(folder / "trials.xlsx", trials, to_entries(recipe))
    if any(trial.score is not None for trial in trials):
        mark = " (SYNTHETIC data)" if recipe.data.synthetic else ""
        draw_trials(folder / "trials.png", trials, title + mark)
    print(f"trials: {folder}/trials.xlsx, trials.png")


if __name__ == "__main__":
    start(main)
