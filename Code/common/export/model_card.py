"""model_card.md: what a model is, was trained on, and is not to be used for.

The headings follow Mitchell et al. 2019, doi 10.1145/3287560.3287596.
"""

from collections.abc import Iterator
from pathlib import Path

from common.export.plan import ExportJob
from common.inference.model_file import ModelFile

_TRAINED = ("network", "frozen stages", "learning rate", "dropout", "epochs", "epoch", "optimizer",
            "loss function", "weights", "augmentation", "windows", "seed")  # fmt: skip
_DATA = ("data set", "synthetic data", "fields of view", "labels", "pictures", "split",
         "tumour groups", "excluded groups", "level of classes", "region", "raters")  # fmt: skip
_SHARED = ("patients on both sides", "slides on both sides",
           "validation fields overlapping training tissue", "validation pictures also in training",
           "validation pictures that look like a training picture")  # fmt: skip
_METRICS = ("val_mae", "val_rmse", "val_loss", "val_spread")
_VERSIONS = ("version", "git commit", "Python", "TensorFlow", "Keras")


def write_card(path: Path, job: ExportJob, difference: float) -> None:
    """Write the card.

    Args:
        path: The file.
        job: What was exported.
        difference: The largest difference of densities between the model and its exported form.
    """
    path.write_text("\n".join([*_lines(job, difference), ""]), encoding="utf-8")


def _lines(job: ExportJob, difference: float) -> Iterator[str]:
    file = job.file
    yield f"# Model card: {file.network or 'a network'}, {file.path.stem}"
    if file.synthetic:
        yield "\n**Trained on SYNTHETIC data: its densities mean nothing for tissue.**"
    yield "\n## Use\n"
    yield "For research only; no medical device. Answers the share of tumour nuclei among all"
    yield "nuclei of a field of view of H&E-stained tissue, 0 to 1. Other stains, organs, scanners"
    yield "and magnifications than those of its training are outside of what it was validated on."
    yield "\n## Input and output\n"
    yield from _input(job)
    yield "\n## Training\n"
    yield from _known(file, _TRAINED)
    yield "\n## Data\n"
    yield from _known(file, _DATA)
    if file.training:
        people = len(file.training.patients) or "an unknown number of"
        yield f"- training fields: {len(file.training.names)}, of {people} patients"
    yield "\n## Validation\n"
    yield "On the validation fields of its own split, at the epoch whose weights these are:\n"
    yield from _known(file, _METRICS)
    yield from _known(file, _SHARED)
    if file.calibration:
        yield f"- interval: {file.calibration.describe()}"
    yield "\n## Versions\n"
    yield from _known(file, _VERSIONS)
    yield f"- model file: {file.path.name}, digest {file.digest}"
    count = len(job.pictures)
    yield f"- {job.format.name}: densities of {count} pictures differ by {difference:.2g} at most"


def _input(job: ExportJob) -> Iterator[str]:
    file = job.file
    yield f"- input: RGB, float32, 0 to 255, (pictures, {file.size}, {file.size}, 3); ImageNet's"
    yield "  preprocessing is inside"
    yield f"- resized with OpenCV: INTER_AREA if the shorter edge is above {file.size} px, else"
    yield "  INTER_CUBIC"
    if file.field_microns:
        yield f"- a picture shows a square of {file.field_microns:g} microns"
    if file.stain:
        yield f"- stains are brought to those of the training BEFORE, by {file.stain.method}:"
        yield f"  `{file.stain.values}`"
    if file.training and file.training.appearance:
        yield "- it knows what its training pictures were like: Predict.py notes those unlike them"
    yield "- output: density, float32, (pictures, 1), 0 to 1"


def _known(file: ModelFile, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        if name in file.entries:
            yield f"- {name}: {_shown(str(file.entries[name]))}"


def _shown(text: str) -> str:
    """Return a kept entry with no more digits than anybody reads."""
    try:
        return f"{float(text):.4g}" if "." in text else text
    except ValueError:
        return text
