"""Make the pictures of README.md and docs/ anew, from the current code.

  python tests/pictures.py --work /tmp/pictures                half an hour on 2 CPU cores
  python tests/pictures.py --work /tmp/pictures --only overview log

Trains what they show in a copy of the project in --work, on the sample data set; what an earlier
call has trained there is not trained again. overview.png and log.png are of README's command one,
slide.png and explanation.png of a network that reads the sample better (--model: one that is there
already). log.png is the workbook as LibreOffice prints it: it needs `soffice` and `pdftoppm`.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Code"))

import cv2
import numpy as np
import tifffile
from common.data.nuclei import read_nuclei
from common.data.outlines import outline, style_of
from common.files.figures import save_figure
from common.metrics.epoch_metrics import LABELS
from common.nucls.counting import Counting
from common.nucls.dataset import find_data_set
from common.runs.curves import plot_curves
from common.runs.log import read_log
from common.runs.run_fields import Side
from helpers.scripts import PROJECT, copy_project
from matplotlib.figure import Figure
from openpyxl import load_workbook

DOCS = PROJECT / "docs"
PICTURES = ("overview", "log", "slide", "explanation")
ONE = ("LR_0_0001/Res50.py", "--sample")  # README's command one
BETTER = (
    *("LR_0_001/Res50.py", "--sample", "--image-size", "128", "--epochs", "40"),
    *("--optimizer", "adamw", "--schedule", "cosine", "--loss", "bce", "--weight-by-count"),
    *("--augment", "strong", "--windows"),
)
SHOWN = "TCGA-Z4-A016-DX1_id-synthetic000000000000016_left-21536_top-30000_bottom-30256_right-21792"
EDGE, ACROSS, MPP = 256, 11, 0.2  # of the slide: px of a field, fields beside each other, microns
SMALL = (cv2.IMWRITE_PNG_COMPRESSION, 9)
SHEETS = {"log": "A1:K13", "baselines": "A1:H8"}  # what is shown of them


def main() -> None:
    """Make them."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--work", type=Path, required=True)
    options.add_argument("--model", type=Path)
    options.add_argument("--only", choices=PICTURES, nargs="+", default=PICTURES)
    given = options.parse_args()
    project = given.work.absolute() / "project"
    if not project.exists():
        copy_project(project)
    shutil.copytree(PROJECT / "Code", project / "Code", dirs_exist_ok=True)
    log = trained(project, *ONE)
    if "overview" in given.only:
        draw_overview(project, log)
    if "log" in given.only:
        draw_log(project.parent, log)
    if {"slide", "explanation"} & set(given.only):
        model = given.model or best_model(trained(project, *BETTER))
        copies = {"slide": draw_slide, "explanation": draw_explanation}
        for name in set(given.only) & set(copies):
            copies[name](project, log, model.absolute())


def run(project: Path, *words: str | Path) -> None:
    """Run a script of the copy, as users do."""
    subprocess.run([sys.executable, *map(str, words)], cwd=project, check=True)


def trained(project: Path, script: str, *given: str) -> Path:
    """Train, unless that is done, and return the log."""
    run(project, script, *given)
    return project / Path(script).parent / "Sample/Log_Files/Res50/log0.xlsx"


def best_model(log: Path) -> Path:
    """Return the newest of the models, each of which was the best so far."""
    return max(log.parents[2].glob("Models/Res50/best_model*.h5"))


def draw_overview(project: Path, log: Path) -> None:
    """Draw a field, its nuclei outlined, and the curves of command one."""
    data, read = find_data_set(project / "Dataset/Sample"), read_log(log)
    picture = cv2.cvtColor(cv2.imread(str(data.pictures[SHOWN])), cv2.COLOR_BGR2RGB)
    nuclei = read_nuclei(data.annotations[SHOWN], None, Counting())
    figure = Figure(figsize=(12.5, 3.9), layout="constrained")
    plain, outlined, curves = figure.subplots(1, 3, width_ratios=(1, 1, 1.5))
    for axes in (plain, outlined):
        axes.imshow(picture)
        axes.axis("off")
    plain.set_title("Synthetic field of view")
    outline(outlined, nuclei.boxes, style_of(nuclei.groups))
    outlined.set_title(f"{nuclei.counts.total} nuclei, density {nuclei.counts.density:.2f}")
    title = "ResNet50, learning rate 0.0001 (SYNTHETIC data)"
    plot_curves(curves, "mae", read.epochs, title, read.known_baselines)
    curves.set_ylabel(LABELS["mae"].replace(" of the density", ""))
    save_figure(DOCS / "overview.png", figure, dpi=100)


def draw_log(work: Path, log: Path) -> None:
    """Print parts of the workbook's sheets with LibreOffice, one below the other."""
    printed = []
    for name, part in SHEETS.items():
        book = load_workbook(log)
        for other in set(book.sheetnames) - {name}:
            del book[other]
        book[name].print_area = part
        book.save(work / f"{name}.xlsx")
        convert = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(work)]
        subprocess.run([*convert, str(work / f"{name}.xlsx")], check=True, capture_output=True)
        whole = ["pdftoppm", "-r", "130", "-png", "-singlefile", f"{name}.pdf", name]
        subprocess.run(whole, cwd=work, check=True)
        printed.append(without_margins(cv2.imread(str(work / f"{name}.png"))))
    widest = max(one.shape[1] for one in printed)
    wide = [np.pad(one, ((0, 0), (0, widest - one.shape[1]), (0, 0)), constant_values=255)
            for one in printed]  # fmt: skip
    cv2.imwrite(str(DOCS / "log.png"), np.vstack(wide), SMALL)


def without_margins(page: np.ndarray, margin: int = 12) -> np.ndarray:
    """Cut a page, uint8, to what is printed on it and a margin, px."""
    down, across = np.nonzero((page < 250).any(-1))
    part = page[down.min() : down.max() + 1, across.min() : across.max() + 1]
    return np.pad(part, ((margin, margin), (margin, margin), (0, 0)), constant_values=255)


def shrink(picture: Path, copy: Path, width: int = 1100) -> None:
    """Write a picture at the width, px, that a page shows of it."""
    whole = cv2.imread(str(picture))
    size = (width, round(width * whole.shape[0] / whole.shape[1]))
    cv2.imwrite(str(copy), cv2.resize(whole, size, interpolation=cv2.INTER_AREA), SMALL)


def draw_slide(project: Path, log: Path, model: Path) -> None:
    """Read a slide of the validation fields, side by side."""
    data = find_data_set(project / "Dataset/Sample")
    names = [one.name for one in read_log(log).fields if one.side is Side.VALIDATION]
    fields = [cv2.imread(str(data.pictures[name]))[..., ::-1] for name in names]
    rows = [np.hstack(fields[at : at + ACROSS]) for at in range(0, len(fields), ACROSS)]
    path, resolution = project / "sample_slide.tiff", (1e4 / MPP, 1e4 / MPP)
    how = {"resolution": resolution, "resolutionunit": "CENTIMETER", "photometric": "rgb"}
    tifffile.imwrite(path, np.vstack(rows), tile=(EDGE, EDGE), compression="zlib", **how)
    output = project / "Slide"
    run(project, "Code/Predict.py", model, path, "--output", output)
    shrink(output / "sample_slide" / "density.png", DOCS / "slide.png")


def draw_explanation(project: Path, _log: Path, model: Path) -> None:
    """Explain what the network answers for a field, by conv4."""
    data, output = project / "Dataset/Sample/PsAreTruth_E", project / "Explanations"
    picture = find_data_set(data).pictures[SHOWN]
    how = ("--labels", data, "--stage", "conv4", "--output", output)
    run(project, "Code/Explain.py", model, picture, *how)
    shrink(output / f"{SHOWN}-explained.png", DOCS / "explanation.png")


if __name__ == "__main__":
    main()
