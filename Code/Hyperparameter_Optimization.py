"""Search for the hyper-parameters of a network with Keras Tuner.

  python Code/Hyperparameter_Optimization.py --trials 30 --epochs 20
  python Code/Hyperparameter_Optimization.py --sample --trials 3 --epochs 2
  python Code/Hyperparameter_Optimization.py --trials 30 --epochs 20 --train-best

On the training part only; the validation fields of runs take no part. On 2 CPU
cores a trial over 1000 fields takes about 3 minutes an epoch. Started again, it
goes on where it was cut. Writes:

  my_dir/ResNet50_Hyperparameter_Optimization/trial_*/, trials.xlsx, trials.png
"""

import argparse
from pathlib import Path

from common.architecture import Architecture
from common.beginning import check_writable
from common.best_setting import make_folder, options_of, tell, train
from common.dataset import PROJECT
from common.errors import InputError, start
from common.network_options import settle
from common.option_groups import add_data, add_machinery, add_pictures, add_split
from common.options import Parser, whole_number
from common.plan import Plan
from common.prepare import prepare
from common.run import quieten
from common.search_plan import claimed, make_search_plan
from common.trials import Trial, draw_trials, ranked, write_trials

_DEPTHS = {"Res50": 50, "Res101": 101, "Res152": 152}
_TUNERS = ("bayesian", "hyperband", "random")
# What a run of the best setting shares with the search.
_SHARED = (
    *("dataset", "counts", "sample", "limit", "image_size", "mpp", "augment", "stain", "windows"),
    *(
        "raters",
        "split",
        "fold",
        "folds",
        "weights",
        "weight_by_count",
        "batch_size",
        "precision",
        "devices",
        "seed",
    ),
)


def main() -> None:
    """Search, tell what was found, and train it if that was asked for. Raises InputError."""
    options = _options()
    network = Architecture(options.network, _DEPTHS[options.network])
    home = options.output or PROJECT / "my_dir" / ("Sample" if options.sample else "")
    folder = home.absolute() / f"ResNet{network.depth}_Hyperparameter_Optimization"
    check_writable(folder)
    plan = make_search_plan(network, options, folder)
    trials = _search(plan, folder)
    if not trials:  # a worker's part is done; its chief has the trials
        return
    best = ranked(trials)[0]
    if best.score is None:
        raise InputError("at least one trial that did not fail", best.status, folder)
    shared = options_of(options, _SHARED)
    tell(best, network.depth, shared)
    if options.make_folder or options.train_best:
        launcher = make_folder(best.setting, network.depth)
    if options.train_best:
        below = "Sample" if options.sample else ""
        output = PROJECT / best.setting.folder / below
        train(launcher, shared + best.setting.options, output, PROJECT / options.network / below)


def _search(plan: Plan, folder: Path) -> list[Trial]:
    """Search in the folder, and leave there what was found."""
    facts = {"tuner": plan.options.tuner, **plan.data_recipe}
    with claimed(folder, facts):
        run = prepare(plan, with_baselines=False)
        quieten()
        from common.search import search  # TensorFlow, only after all checks

        trials = search(run, folder)
        if trials:
            write_trials(folder / "trials.xlsx", trials, facts)
            if any(trial.score is not None for trial in trials):
                synthetic = " (SYNTHETIC data)" if plan.data_set.synthetic else ""
                title = f"{plan.network}: {len(trials)} trials{synthetic}"
                draw_trials(folder / "trials.png", trials, title)
            print(f"trials: {folder}/trials.xlsx, trials.png")
    return trials


def _options() -> argparse.Namespace:
    options = Parser(__doc__)
    group = options.add_argument_group("data")
    add_data(group)
    add_pictures(group)
    add_split(options.add_argument_group("split"))
    add_machinery(options.add_argument_group("training"))
    group = options.add_argument_group("search")
    group.add_argument("--network", choices=_DEPTHS, default="Res50", help="default: Res50")
    group.add_argument("--tuner", choices=_TUNERS, default=_TUNERS[0], help="default: bayesian")
    group.add_argument(
        "--trials",
        type=whole_number(1),
        default=30,
        help="how many in all, those of earlier starts among them (default: 30); hyperband "
        "derives it from --epochs",
    )
    group.add_argument("--epochs", type=whole_number(1), default=20, help="default: 20")
    group.add_argument("--output", type=Path, help="instead of my_dir (--sample: my_dir/Sample)")
    group.add_argument("--make-folder", action="store_true", help="make the best setting's folder")
    group.add_argument(
        "--train-best",
        action="store_true",
        help="make that folder and train the best setting in it for 100 epochs; its models are "
        "also put into Res50/ (or the network's name) at the top level",
    )
    return settle(options.parse_args())


if __name__ == "__main__":
    start(main)
