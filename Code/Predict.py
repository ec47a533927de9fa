"""Read the tumour density of new pictures or whole slides with a trained model.

  python Code/Predict.py best_model07-0.0213.h5 fields/ other.png --output Predictions
  python Code/Predict.py best_model07-0.0213.h5 slide.svs --output Predictions

Pictures: PNG, JPEG, TIFF, BMP, or folders of them; they should show tissue at
the scale of the training fields. Slides: what OpenSlide reads (pip install -r
requirements-slides.txt). On 2 CPU cores about 20 fields of 224 px a second.
Writes, in --output:

  predictions.csv                                     file, density, notes
  <slide>/density.png, fields.csv, density.geojson, summary.json
"""

import argparse
import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from common.annotations import Counts, extract_counts
from common.any_picture import find_pictures, pictures_in
from common.beginning import check_writable
from common.dataset import find_data_set
from common.errors import InputError, start
from common.growing_table import GrowingTable
from common.locks import held
from common.model_file import ModelFile, add_model_options, read_model_file
from common.options import Parser, positive
from common.run import quieten
from common.slide import Slide, check_openslide, is_slide, slides_in

_LABELS = "Name the folder that holds contours/ with --labels."

if TYPE_CHECKING:
    from common.predictor import Predictor


def main() -> None:
    """Check what is given, and only then load TensorFlow. Raises InputError."""
    options = _options()
    file = read_model_file(options.model, options)
    slides = _slides(options.pictures, file)
    pictures = _pictures(options.pictures, slides)
    labels = extract_counts(find_data_set(options.labels, _LABELS))[0] if options.labels else {}
    if labels and not any(path.stem in labels for path in pictures):
        raise InputError("pictures named as the labelled fields of view", "none", options.labels)
    check_writable(options.output.absolute())
    about = _about(file, options)
    quieten()
    failed = 0
    with held(options.output.absolute()):
        from common.predictor import Predictor  # TensorFlow, only after all checks

        predictor = Predictor(file)
        if pictures:
            failed += _predict_pictures(pictures, file, predictor, options, labels, about)
        for slide in slides:
            failed += _predict_slide(slide, file, predictor, options, about)
    if failed:
        print(f"{failed} of {len(pictures) + len(slides)} failed")
        sys.exit(1)


def _pictures(given: list[Path], slides: list[Path]) -> list[Path]:
    """List the pictures; folders of nothing but slides hold none. Raises InputError."""
    holders = {folder for slide in slides for folder in slide.parents}
    only = [path for path in dict.fromkeys(given) if path.is_dir() and path in holders]
    rest = [path for path in given if path not in slides and path not in only]
    return find_pictures(rest) + [path for folder in only for path in pictures_in(folder)]


def _slides(given: list[Path], file: ModelFile) -> list[Path]:
    """List the slides that are given or lie in folders that are. Raises InputError."""
    below = [slide for path in given if path.is_dir() for slide in slides_in(path)]
    slides = list(dict.fromkeys([path for path in given if is_slide(path)] + below))
    if slides:
        check_openslide()
    if slides and file.field_microns is None:
        found = "none in the model file"
        raise InputError("the size of a field", found, file.path, "Give --field-microns.")
    stems = [slide.stem for slide in slides]
    twice = {stem for stem in stems if stems.count(stem) > 1}
    if twice:
        raise InputError("slides of different names", f"{min(twice)} twice", do="Rename one.")
    return slides


def _predict_pictures(
    paths: list[Path],
    file: ModelFile,
    predictor: "Predictor",
    options: argparse.Namespace,
    labels: dict[str, Counts],
    about: dict[str, object],
) -> int:
    """Return how many pictures could not be read."""
    from common.labelled_predictions import evaluate_table
    from common.picture_predictions import COLUMNS, count_failed, predict_pictures

    names = hashlib.blake2b("\n".join(map(str, paths)).encode(), digest_size=6).hexdigest()
    recipe = about | {"labels": str(options.labels), "pictures": f"{len(paths)}, {names}"}
    path = options.output / "predictions.csv"
    with GrowingTable(path, COLUMNS, recipe) as table:
        if table.complete:
            print(f"finished already: {path}")
        else:
            predict_pictures(paths, file, predictor, table, options.flips, labels)
    print(f"predictions: {path}")
    if labels:
        evaluate_table(path, labels)
    return count_failed(path)


def _predict_slide(
    path: Path,
    file: ModelFile,
    predictor: "Predictor",
    options: argparse.Namespace,
    about: dict[str, object],
) -> int:
    """Return 1 if the slide could not be read, else 0; the others go on."""
    from common.slide_predictions import SlideJob, predict_slide

    try:
        with Slide(path, file.field_microns, options.slide_mpp) as slide:
            job = SlideJob(slide, options.output / path.stem, about, options.flips)
            predict_slide(job, predictor, file.size)
    except InputError as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1
    print(f"slide: {job.folder}")
    return 0


def _about(file: ModelFile, options: argparse.Namespace) -> dict[str, object]:
    """Tell all that the answers depend on."""
    known = ("network", "data set", "split", "seed", "version")
    return {
        "model": file.path.name,
        "model's content": hashlib.blake2b(file.path.read_bytes(), digest_size=6).hexdigest(),
        "synthetic data": file.synthetic,
        "stain": file.stain.method if file.stain else "none",
        "stain values": file.stain.values if file.stain else "none",
        "flips averaged": options.flips,
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
