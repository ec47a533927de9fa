"""Read the tumour density of new pictures or whole slides with a trained model.

  python Code/Predict.py best_model07-0.0213.h5 fields/ other.png --output Predictions
  python Code/Predict.py best_model07-0.0213.h5 slide.svs --output Predictions

Pictures: PNG, JPEG, TIFF, BMP, or folders of them; they should show tissue at
the scale of the training fields. Slides: what OpenSlide reads (pip install -r
requirements-slides.txt). On 2 CPU cores about 30 fields of 224 px a second.
Writes, in --output:

  predictions.csv                                     file, density, notes
  <slide>/density.png, fields.csv, density.geojson, summary.json
"""

import argparse
import sys
from pathlib import Path

from common.annotations import Counts, extract_counts
from common.any_picture import find_pictures
from common.dataset import find_data_set
from common.errors import InputError, start
from common.growing_table import GrowingTable
from common.locks import held
from common.model_file import ModelFile, add_model_options, read_model_file
from common.options import Parser, positive
from common.run import quieten
from common.slide import Slide, is_slide


def main() -> None:
    """Check what is given, and only then load TensorFlow. Raises InputError."""
    options = _options()
    file = read_model_file(options.model, options)
    slides = [path for path in options.pictures if is_slide(path)]
    pictures = find_pictures([path for path in options.pictures if path not in slides])
    if slides and file.field_microns is None:
        found = "none in the model file"
        raise InputError("the size of a field", found, file.path, "Give --field-microns.")
    labels = extract_counts(find_data_set(options.labels))[0] if options.labels else {}
    if labels and not any(path.stem in labels for path in pictures):
        raise InputError("pictures named as the labelled fields of view", "none", options.labels)
    quieten()
    failed = 0
    with held(options.output.absolute()):
        if pictures:
            failed += _predict_pictures(pictures, file, options, labels)
        for slide in slides:
            failed += _predict_slide(slide, file, options)
    if failed:
        print(f"{failed} of {len(pictures) + len(slides)} failed")
        sys.exit(1)


def _predict_pictures(
    paths: list[Path], file: ModelFile, options: argparse.Namespace, labels: dict[str, Counts]
) -> int:
    """Return how many pictures could not be read."""
    from common.labelled_predictions import evaluate_table
    from common.picture_predictions import COLUMNS, predict_pictures

    recipe = _about(file) | {"flips averaged": options.flips, "labels": str(options.labels)}
    path = options.output / "predictions.csv"
    failed = predict_pictures(
        paths, file, GrowingTable(path, COLUMNS, recipe), options.flips, labels
    )
    print(f"predictions: {path}")
    if labels:
        evaluate_table(path, labels)
    return failed


def _predict_slide(path: Path, file: ModelFile, options: argparse.Namespace) -> int:
    """Return 1 if the slide could not be read, else 0; the others go on."""
    from common.predictor import Predictor
    from common.slide_predictions import SlideJob, predict_slide

    try:
        slide = Slide(path, file.field_microns, options.slide_mpp)
        job = SlideJob(slide, options.output / path.stem, _about(file), options.flips)
        predict_slide(job, Predictor(file), file.size)
    except InputError as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1
    print(f"slide: {job.folder}")
    return 0


def _about(file: ModelFile) -> dict[str, object]:
    known = ("network", "data set", "split", "seed", "version")
    return {
        "model": file.path.name,
        "synthetic data": file.synthetic,
        "stain": file.stain.method if file.stain else "none",
        **{f"model's {name}": file.facts[name] for name in known if name in file.facts},
    }


def _options() -> argparse.Namespace:
    options = Parser(__doc__)
    options.add_argument("model", type=Path, help="a best_model....h5")
    options.add_argument("pictures", type=Path, nargs="+", help="pictures, folders, slides")
    options.add_argument(
        "--output", type=Path, default=Path("Predictions"), help="default: Predictions"
    )
    options.add_argument(
        "--flips",
        action="store_true",
        help="average the eight turns and flips of each picture, and give their spread (standard "
        "deviation)",
    )
    options.add_argument(
        "--labels", type=Path, help="a labelled data set: adds its densities and evaluates"
    )
    options.add_argument(
        "--slide-mpp", type=positive, help="microns per px of slides, whatever they say themselves"
    )
    add_model_options(options)
    return options.parse_args()


if __name__ == "__main__":
    start(main)
