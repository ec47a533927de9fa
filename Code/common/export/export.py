"""Export a model, and check that the exported one answers as it does."""

import errno
import warnings
from pathlib import Path

import numpy as np
import tensorflow as tf

from common.export.model_card import write_card
from common.export.plan import ExportJob
from common.files.atomic import whole_folder
from common.images.reading import read_picture
from common.inference.predictor import Predictor
from common.utils.errors import InputError

_MOST = 0.001  # that densities may differ; float32 rounds to about a thousandth of it


def export(job: ExportJob) -> None:
    """Make the folder of an exported model: the model, and model_card.md.

    Raises:
        InputError: The folder is there, a picture cannot be read, or the exported model gives other
            answers: then nothing is left.
    """
    predictor = Predictor(job.file)
    print(*predictor.warnings(), sep="\n", end="")
    pictures = np.array([predictor.prepared(read_picture(path)) for path in job.pictures])
    expected = predictor.all_densities(pictures, flips=False)
    with whole_folder(job.output, "Give another --output.") as folder:
        target = folder / job.format.file
        _write(predictor, target, job)
        difference = _difference(job, target, pictures, expected)
        write_card(folder / "model_card.md", job, difference)
    told = f"largest difference of {len(pictures)} densities: {difference:.2g}"
    print(f"{job.format.name}: {told}")
    if job.file.stain:
        print(f"note: bring pictures to the stain of the training first; see {job.output.name}/")
    print(f"results: {job.output}")


def _write(predictor: Predictor, target: Path, job: ExportJob) -> None:
    """Write the exported model. Raises OSError where the disk does not take it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of tf2onnx, about NumPy
            predictor.fast.export(str(target), format=job.format.keras, verbose=False)
    except tf.errors.OpError as error:  # what TensorFlow makes of a full disk
        reason = error.message.splitlines()[0].rpartition("; ")[2]
        raise OSError(errno.EIO, reason, str(job.output)) from error


def _difference(job: ExportJob, target: Path, pictures: np.ndarray, expected: np.ndarray) -> float:
    """Return by how much densities of the exported model differ. Raises InputError if too much."""
    found = job.format.load(target)(pictures.astype(np.float32))
    difference = float(np.abs(found - expected).max())
    if not difference <= _MOST:  # NaN is not either
        raise InputError(
            f"densities that differ by at most {_MOST:g}",
            f"{difference:g} between {job.file.path.name} and its {job.format.name} form",
            do="Update the packages of requirements-export.txt, or choose another --format.",
        )
    return difference
