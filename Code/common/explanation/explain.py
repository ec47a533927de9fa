"""Explain pictures: Grad-CAM of each, and over labelled fields what the maps lie on."""

import dataclasses
import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from common.data.loading import Labels
from common.data.nuclei import read_nuclei
from common.explanation.drawing import draw_explanation
from common.explanation.explanation import Explained
from common.explanation.grad_cam import GradCam, shuffle_weights
from common.explanation.overlap import Excess, Share, excess
from common.files.atomic import whole_file
from common.images.picture_file import PictureFile
from common.images.reading import read_picture
from common.inference.model_file import ModelFile
from common.inference.predictor import Predictor
from common.nucls.counting import DEFAULT_COUNTING
from common.utils.entries import entry, to_entries
from common.utils.errors import InputError
from common.utils.terminal import bar

_SHUFFLES = 5  # networks with shuffled weights


@dataclass(frozen=True)
class ExplanationRecord:
    """How explanations were made; kept in explanation.json.

    Attributes:
        model: The model file's name.
        stage: Whose last feature map is shown.
        labels: The labelled data set, None without one.
        synthetic: Whether the model or the labels are of painted fields.
    """

    model: str = entry("model")
    stage: str = entry("stage")
    labels: str | None = entry("labels")
    synthetic: bool = entry("synthetic data")


class Explainer:
    """A model that explains its answers at a stage.

    Args:
        file: The model.
        stage: One of STAGES.
        labels: Of the pictures; None without.
    """

    def __init__(self, file: ModelFile, stage: str, labels: Labels | None) -> None:
        self._fields = {field.name: field for field in labels.fields} if labels else {}
        self._files = labels.data_set.annotations if labels else {}
        self._counting = labels.counting if labels else DEFAULT_COUNTING
        self._predictor = Predictor(file)
        for warning in self._predictor.warnings():
            print(warning)
        self._cam = GradCam(self._predictor.network, stage)

    def shuffle(self, seed: int) -> None:
        """Make it a network that knows nothing; each seed another one."""
        shuffle_weights(self._predictor.network, seed)

    def explain(self, path: Path) -> Explained:
        """Read a picture and compute its map.

        Raises:
            InputError: The picture or its annotations cannot be read.
        """
        field = self._fields.get(path.stem)
        file = PictureFile(path, field.picture.crop if field else None)
        picture = read_picture(file)
        cam, density = self._cam.explain(self._predictor.prepared(picture))
        csv = self._files[path.stem] if field else None
        nuclei = read_nuclei(csv, file.crop, self._counting) if csv else None
        patient = field.patient if field else path.stem
        return Explained(file, picture.shape[1::-1], cam, density, nuclei, patient)


def explain_pictures(
    explainer: Explainer,
    paths: list[Path],
    output: Path,
    record: ExplanationRecord,
    left_out: Collection[str] = (),
) -> list[InputError]:
    """Draw each picture's map, all on one scale, and where labels are, compute the overlap.

    Args:
        explainer: The model.
        paths: Picture files.
        output: The folder that receives the results.
        record: How they are made.
        left_out: Names of fields whose overlap does not count.

    Returns:
        What failed, and why.
    """
    failed: list[InputError] = []
    explained: list[Explained] = []
    for path in bar(paths, "maps", unit=" pictures"):
        try:
            explained.append(explainer.explain(path))
        except InputError as error:
            failed.append(error)
    greatest = max((float(one.cam.max()) for one in explained), default=0.0)
    for one in bar(explained, "drawing", unit=" pictures"):
        draw_explanation(picture_of(output, one.file.path), one, greatest, record.synthetic)
    found = to_entries(record) | _emptiness(explained) | {"greatest of all maps": greatest}
    shares = [share for one in explained for share in one.share() if share.name not in left_out]
    if shares:
        found |= _overlap(shares, _of_shuffled(explainer, paths, shares))
    if explained:
        with whole_file(output / "explanation.json") as beside:
            beside.write_text(json.dumps(found, indent=2) + "\n")
    return failed


def _emptiness(explained: list[Explained]) -> dict[str, int]:
    """Count and tell the maps in which nothing speaks for tumour."""
    empty = sum(one.is_empty for one in explained)
    if empty:
        print(f"{empty} of {len(explained)} maps are empty: no positive evidence")
    return {"pictures": len(explained), "empty maps": empty}


def picture_of(output: Path, path: Path) -> Path:
    """Return where the explanation of a picture goes."""
    return output / f"{path.stem}-explained.png"


def _of_shuffled(explainer: Explainer, paths: list[Path], shares: list[Share]) -> Excess:
    """Compute the overlap of networks that know nothing, on the same fields."""
    names = {share.name for share in shares}
    fields = [path for path in paths if path.stem in names]
    networks = []
    for seed in bar(range(_SHUFFLES), "shuffled weights"):
        explainer.shuffle(seed)
        networks.append([share for path in fields for share in explainer.explain(path).share()])
    return excess(networks)


def _overlap(shares: list[Share], shuffled: Excess) -> dict[str, object]:
    """Tell how much of the maps lies on tumour nuclei; return it for explanation.json."""
    trained = excess([shares])
    print(f"trained:          {trained.line}")
    print(f"weights shuffled: {shuffled.line}")
    return {
        "interval": "95 %, bootstrap over patients and shuffled networks",
        "trained": dataclasses.asdict(trained),
        "weights shuffled": dataclasses.asdict(shuffled),
    }
