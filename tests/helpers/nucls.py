"""Replicas of the three published NuCLS sets, a few fields each, with pictures that a test paints.

Layouts, columns and names are those of the downloads; see Amgad et al. 2022.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from helpers.scripts import CODE, Start

EDGE = 120  # px of a picture
HEADERS = {
    "group": ["", "anchor_id", "group", "xmin", "ymin", "xmax", "ymax", "has_algorithmic_boundary",
              "coords_x", "coords_y", "bbox_area", "color"],
    "raw": ["", "raw_classification", "main_classification", "super_classification", "type",
            "xmin", "ymin", "xmax", "ymax", "coords_x", "coords_y"],
    "early": ["", "group", "type", "xmin", "ymin", "xmax", "ymax", "coords_x", "coords_y"],
}  # fmt: skip
MAIN = {"tumor": "tumor_nonMitotic", "mitotic_figure": "tumor_mitotic", "lymphocyte": "lymphocyte"}
SUPER = {"tumor": "tumor_any", "mitotic_figure": "tumor_any", "lymphocyte": "sTIL"}


@dataclass(frozen=True)
class Nucleus:
    """A nucleus of a replica: its group as the file writes it, and the centre of its box, px."""

    group: str
    x: int
    y: int


def scattered(seed: int, count: int = 12) -> list[Nucleus]:
    """Scatter nuclei over a picture, about half of them tumour nuclei, one of them mitotic."""
    random = np.random.default_rng(seed)
    groups = random.choice(["tumor", "correction_tumor", "lymphocyte"], count)
    groups[0] = "mitotic_figure"
    places = random.integers(4, EDGE - 4, (count, 2)).tolist()
    return [Nucleus(str(group), *place) for group, place in zip(groups, places, strict=True)]


def write_annotations(path: Path, nuclei: Sequence[Nucleus], kind: str) -> None:
    """Write an annotation CSV with the columns of a release, and a mark of the field itself."""
    path.parent.mkdir(parents=True, exist_ok=True)
    marked = [*nuclei, Nucleus("correction_FOV_reviewed_maha", 60, 60)]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, HEADERS[kind], restval="0")
        writer.writeheader()
        for number, one in enumerate(marked):
            plain = one.group.removeprefix("correction_")
            row = {
                "": number, "group": one.group, "raw_classification": one.group,
                "main_classification": MAIN.get(plain, "AMBIGUOUS"),
                "super_classification": SUPER.get(plain, "AMBIGUOUS"),
                "type": "rectangle", "xmin": one.x - 3, "xmax": one.x + 3,
                "ymin": one.y - 3, "ymax": one.y + 3,
            }  # fmt: skip
            writer.writerow({name: row[name] for name in HEADERS[kind] if name in row})


def paint(path: Path, nuclei: Sequence[Nucleus]) -> None:
    """Paint a picture whose tumour nuclei are pure blue discs on pink, the others pure green."""
    picture = np.full((EDGE, EDGE, 3), (230, 180, 210), np.uint8)
    for one in nuclei:
        tumour = one.group.removeprefix("correction_") == "tumor"
        cv2.circle(picture, (one.x, one.y), 3, (0, 0, 255) if tumour else (0, 255, 0), -1)
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), picture[..., ::-1])


def rectangles(count: int) -> Iterator[tuple[str, str]]:
    """Yield patients (three fields each) and rectangles on their slides."""
    for at in range(count):
        left, top = 1000 + 900 * (at % 3), 2000
        patient = f"TCGA-A{at // 3 % 4}-A{at // 3:03d}"
        yield patient, f"left-{left}_top-{top}_bottom-{top + 150}_right-{left + 150}"


def inferred_truth(root: Path, count: int = 12) -> dict[str, list[Nucleus]]:
    """Write the evaluation set: contours/ and rgbs/; return the nuclei by name of the field."""
    fields = {}
    for at, (patient, place) in enumerate(rectangles(count)):
        name = f"ANCHFOV-{at}_{patient}-01Z-00-DX1_{place}"
        fields[name] = scattered(at)
        write_annotations(root / "contours" / f"{name}.csv", fields[name], "group")
        paint(root / "rgbs" / f"{name}.png", fields[name])
    return fields


def single_rater(
    root: Path, count: int = 12, region: tuple[int, int, int, int] = (20, 10, 110, 100)
) -> dict[str, list[Nucleus]]:
    """Write the corrected single-rater set: csv/ with regions, rgb/, hospital folds."""
    fields, slides = {}, {}
    for at, (patient, place) in enumerate(rectangles(count)):
        name = f"{patient}-DX1_id-5ea4{at:04d}_{place}"
        fields[name], slides[f"{patient}-DX1"] = scattered(at), patient.split("-")[1]
        write_annotations(root / "csv" / f"{name}.csv", fields[name], "raw")
        paint(root / "rgb" / f"{name}.png", fields[name])
    lines = [",".join(map(str, (at, name, *region))) for at, name in enumerate(fields)]
    text = "\n".join([",fovname,xmin,ymin,xmax,ymax", *lines, ""])
    (root / "csv" / "ALL_FOV_LOCATIONS.csv").write_text(text)
    hospitals = sorted(set(slides.values()))
    for fold, test in enumerate(hospitals, 1):
        for part, keep in (("train", lambda h, t=test: h != t), ("test", lambda h, t=test: h == t)):
            rows = [f"{at},{slide},{hospital},x" for at, (slide, hospital) in
                    enumerate(slides.items()) if keep(hospital)]  # fmt: skip
            path = root / "train_test_splits" / f"fold_{fold}_{part}.csv"
            path.parent.mkdir(exist_ok=True)
            path.write_text("\n".join([",slide_name,hospital,type", *rows, ""]))
    return fields


def raw_raters(root: Path, raters: int = 3, count: int = 4) -> dict[str, list[Nucleus]]:
    """Write the raw multi-rater files: a folder a rater."""
    fields = {}
    for rater in range(raters):
        for at, (patient, place) in enumerate(rectangles(count)):
            name = f"R{rater}.1_#_E_#_{patient}-01Z-00-DX1_id-5ea4{at:04d}_{place}"
            fields[name] = scattered(at)[rater:]
            home = root / f"R{rater}.1"
            write_annotations(home / "csv" / f"{name}.csv", fields[name], "raw")
            paint(home / "rgb" / f"{name}.png", fields[name])
    return fields


def counted(nuclei: list[Nucleus], tumour: tuple[str, ...] = ("tumor",)) -> dict[str, int]:
    """Count the nuclei of a field as its test.json entry has them."""
    groups = [one.group.removeprefix("correction_") for one in nuclei]
    return {"tumour": sum(group in tumour for group in groups), "total": len(groups)}


def extracted(start: Start, root: Path, *options: object) -> tuple[dict, str]:
    """Run Data_Extractor.py; return the counts, which are removed, and what was printed."""
    done = start(CODE / "Data_Extractor.py", "--dataset", root, *options)
    assert (done.returncode, done.stderr) == (0, "")
    counts = json.loads((root / "test.json").read_text())
    for path in root.glob("test*.json"):
        path.unlink()
    return counts, done.stdout
