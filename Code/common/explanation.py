"""Explain pictures: Grad-CAM beside each, and over labelled fields what the maps lie on."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from tqdm import tqdm

from common.annotations import TUMOUR_GROUPS, Annotations, read_annotations
from common.any_picture import read_any
from common.errors import InputError
from common.explained import Excess, Share, box_mask, excess, spread
from common.files import whole_file
from common.grad_cam import GradCam, shuffle_weights
from common.graphs import save_figure
from common.model_file import ModelFile
from common.names import patient_of
from common.nuclei import boxes_of
from common.predictor import Predictor

_COLOURS = {"tumor": "red", "lymphocyte": "blue", "fibroblast": "limegreen"}
_OTHER = "gold"
_SHUFFLES = 5  # networks with shuffled weights


@dataclass(frozen=True)
class _Seen:
    """A picture, its map (sums to 1), its answer, and its nuclei if it is labelled."""

    path: Path
    picture: np.ndarray
    cam: np.ndarray
    density: float
    annotations: Annotations | None
    boxes: np.ndarray


class Explainer:
    """A model that explains its answers at a stage. labels: CSVs by name of the field of view."""

    def __init__(self, file: ModelFile, stage: str, labels: dict[str, Path]) -> None:
        self._labels = labels
        self._predictor = Predictor(file)
        self._cam = GradCam(self._predictor.network, stage)

    def shuffle(self, seed: int) -> None:
        """Make it a network that knows nothing; each seed another one."""
        shuffle_weights(self._predictor.network, seed)

    def see(self, path: Path) -> _Seen:
        """Read a picture and compute its map. Raises InputError."""
        picture, _ = read_any(path)
        height, width = picture.shape[:2]
        cam, density = self._cam.see(self._predictor.prepared(picture))
        cam = spread(cam, width, height)
        csv = self._labels.get(path.stem)
        annotations = read_annotations(csv) if csv else None
        boxes = boxes_of(annotations, csv) if annotations else np.zeros((0, 4))
        return _Seen(path, picture, cam, density, annotations, boxes)


def explain(
    explainer: Explainer, paths: list[Path], output: Path, about: dict[str, object]
) -> list[str]:
    """Draw each picture's map and, where labels are, compute the figure; return what failed.

    about: what explanation.json tells of the model.
    """
    failed: list[str] = []
    shares: list[Share] = []
    for path in tqdm(paths, unit=" pictures", disable=None):
        try:
            seen = explainer.see(path)
        except InputError as error:
            failed.append(str(error))
            continue
        _draw(picture_of(output, path), seen, bool(about["synthetic data"]))
        shares += _share(seen)
    if shares:
        _tell(output, excess([shares]), _of_shuffled(explainer, paths, shares), about)
    return failed


def picture_of(output: Path, path: Path) -> Path:
    """Return where the explanation of a picture goes."""
    return output / f"{path.stem}-explained.png"


def _of_shuffled(explainer: Explainer, paths: list[Path], shares: list[Share]) -> Excess:
    """Compute the figure of networks that know nothing, on the same fields."""
    names = {share.name for share in shares}
    fields = [path for path in paths if path.stem in names]
    networks = []
    for seed in tqdm(range(_SHUFFLES), "shuffled weights", disable=None):
        explainer.shuffle(seed)
        networks.append([share for path in fields for share in _share(explainer.see(path))])
    return excess(networks)


def _share(seen: _Seen) -> list[Share]:
    """Return the shares of a field with tumour nuclei; else none.

    A map of nothing but zeros tells no place from another: it counts as spread evenly.
    """
    if seen.annotations is None:
        return []
    tumour = [group in TUMOUR_GROUPS for group in seen.annotations.groups]
    mask = box_mask(seen.boxes[tumour], *seen.picture.shape[1::-1])
    if not mask.any():
        return []
    area = float(mask.mean())
    mass = float(seen.cam[mask].sum()) if seen.cam.any() else area
    return [Share(seen.path.stem, patient_of(seen.path.stem), mass, area)]


def _tell(output: Path, trained: Excess, shuffled: Excess, about: dict[str, object]) -> None:
    print(f"trained:          {trained.told}")
    print(f"weights shuffled: {shuffled.told}")
    found = about | {
        "interval": "95 %, bootstrap over patients and shuffled networks",
        "trained": dataclasses.asdict(trained),
        "weights shuffled": dataclasses.asdict(shuffled),
    }
    with whole_file(output / "explanation.json") as beside:
        beside.write_text(json.dumps(found, indent=2) + "\n")


def _draw(path: Path, seen: _Seen, synthetic: bool) -> None:
    """Draw the picture with its nuclei's boxes, and the map over it."""
    figure = Figure(figsize=(9, 4.6), layout="constrained")
    plain, over = figure.subplots(1, 2)
    for axes in (plain, over):
        axes.imshow(seen.picture)
        axes.set(xticks=[], yticks=[])
    over.imshow(seen.cam, cmap="inferno", alpha=0.55, interpolation="bilinear")
    over.set_title(f"Grad-CAM; predicted density {seen.density:.2f}", fontsize=10)
    if seen.annotations is not None:
        _outline(plain, seen)
    mark = " (SYNTHETIC)" if synthetic else ""
    figure.suptitle(f"{seen.path.stem[:70]}{mark}", fontsize=9)
    save_figure(path, figure)


def _outline(axes: Axes, seen: _Seen) -> None:
    """Outline the nuclei, each group in its colour, with a legend."""
    groups = seen.annotations.groups
    for group, (left, right, top, bottom) in zip(groups, seen.boxes, strict=True):
        colour = _COLOURS.get(group, _OTHER)
        box = Rectangle((left, top), right - left, bottom - top, fill=False, edgecolor=colour)
        axes.add_patch(box)
    tumour = sum(group in TUMOUR_GROUPS for group in groups)
    axes.set_title(f"density {tumour / len(groups):.2f}: {tumour} of {len(groups)}", fontsize=10)
    met = sorted({group if group in _COLOURS else "others" for group in groups})
    handles = [Line2D([], [], color=_COLOURS.get(name, _OTHER), label=name) for name in met]
    axes.legend(handles=handles, fontsize=7, loc="lower right")
