"""Show where in pictures a trained model sees tumour (Grad-CAM), and check that against labels.

  python Code/Explain.py best_model07-0.0213.h5 field.png other_field.png
  python Code/Explain.py best_model07-0.0213.h5 rgbs/ --labels PsAreTruth_E --stage conv4

With --labels the nuclei are outlined, and over all fields with tumour nuclei
the share of the map on them is compared with the share of area that they
cover: for the model, and for the same network with shuffled weights, which
must not do better than chance. About 5 pictures a second on 2 CPU cores.
Writes, in --output:

  <picture>-explained.png, explanation.json
"""

import argparse
import sys
from pathlib import Path

from common.annotations import extract_counts
from common.any_picture import find_pictures
from common.architecture import STAGES
from common.beginning import check_writable
from common.dataset import find_data_set
from common.errors import InputError, start
from common.locks import held
from common.model_file import add_model_options, read_model_file
from common.options import Parser
from common.run import quieten

_LABELS = "Name the folder that holds contours/ with --labels."


def main() -> None:
    """Check what is given, and only then load TensorFlow. Raises InputError."""
    options = _options()
    file = read_model_file(options.model, options)
    paths = find_pictures(options.pictures)
    data_set = find_data_set(options.labels, _LABELS) if options.labels else None
    labels = data_set.annotations if data_set else {}
    if data_set:
        extract_counts(data_set)  # refuses what cannot be read, and fields without nuclei
    if labels and not any(path.stem in labels for path in paths):
        raise InputError("pictures named as the labelled fields of view", "none", options.labels)
    check_writable(options.output.absolute())
    quieten()
    from common.explanation import Explainer, explain, picture_of  # TensorFlow, after all checks

    about = {
        "model": file.path.name,
        "stage": options.stage,
        "labels": str(options.labels),
        "synthetic data": file.synthetic or bool(data_set and data_set.synthetic),
    }
    with held(options.output.absolute()):
        targets = [picture_of(options.output, path) for path in paths]
        _check_new([*targets, options.output / "explanation.json"])
        failed = explain(Explainer(file, options.stage, labels), paths, options.output, about)
    print(f"explanations: {options.output}")
    for reason in failed:
        print(f"failed: {reason}", file=sys.stderr)
    if failed:
        sys.exit(1)


def _check_new(targets: list[Path]) -> None:
    """Raise InputError if a result is there, or if two would have one name."""
    for at, target in enumerate(targets):
        if target.exists() or target in targets[:at]:
            found = "one that is there" if target.exists() else "two pictures of one name"
            raise InputError("new results", found, target, "Give another --output DIR.")


def _options() -> argparse.Namespace:
    options = Parser(__doc__)
    options.add_argument("model", type=Path, help="a best_model....h5")
    options.add_argument("pictures", type=Path, nargs="+", help="pictures or folders of them")
    options.add_argument("--labels", type=Path, help="the labelled data set of the pictures")
    options.add_argument(
        "--stage",
        choices=STAGES,
        default=STAGES[-1],
        help="whose last feature map is shown; earlier ones are finer and mean less "
        f"(default: {STAGES[-1]})",
    )
    options.add_argument(
        "--output", type=Path, default=Path("Explanations"), help="default: Explanations"
    )
    add_model_options(options)
    return options.parse_args()


if __name__ == "__main__":
    start(main)
