"""The published NuCLS sets as they come: counts, patients, regions, folds."""

import csv
from pathlib import Path

import numpy as np
import pytest
from common.data.counts import read_counting
from common.data.loading import load_labels
from common.data.nuclei import load_nuclei
from common.images.reading import read_picture
from common.nucls.counting import DEFAULT_COUNTING
from common.nucls.dataset import find_data_set
from common.nucls.names import origin_of
from helpers.nucls import (
    Nucleus,
    counted,
    extracted,
    inferred_truth,
    raw_raters,
    scattered,
    single_rater,
    write_annotations,
)
from helpers.scripts import CODE, Start
from openpyxl import load_workbook

REGION = (20, 10, 110, 100)


def inside(nuclei: list[Nucleus]) -> list[Nucleus]:
    left, top, right, bottom = REGION
    return [one for one in nuclei if left <= one.x < right and top <= one.y < bottom]


@pytest.mark.parametrize("make", [inferred_truth, raw_raters])
def test_counts_and_patients_of_published_names(make, start: Start, tmp_path: Path) -> None:
    fields = make(tmp_path / "set")
    counts, _ = extracted(start, tmp_path / "set")
    assert counts == {name: counted(nuclei) for name, nuclei in sorted(fields.items())}
    for name in fields:
        origin = origin_of(name)
        assert name.partition("TCGA-")[2].startswith(origin.patient.removeprefix("TCGA-"))
        assert origin.slide == f"{origin.patient}-DX1"
        assert origin.hospital == origin.patient.split("-")[1]


def test_single_rater_set_is_cropped_to_its_annotated_regions(start: Start, tmp_path: Path) -> None:
    root = tmp_path / "set"
    fields = single_rater(root, region=REGION)
    counts, told = extracted(start, root)
    within = {name: inside(nuclei) for name, nuclei in sorted(fields.items())}
    assert counts == {name: counted(nuclei) for name, nuclei in within.items()}
    outside = sum(len(fields[name]) - len(within[name]) for name in fields)
    assert outside > 5
    assert f"  {outside} nuclei outside the annotated region, left out" in told
    whole, _ = extracted(start, root, "--region", "picture")
    assert whole == {name: counted(nuclei) for name, nuclei in sorted(fields.items())}


@pytest.mark.parametrize(
    ("options", "tumour"),
    [
        (("--level", "main"), ("tumor",)),
        (("--level", "super"), ("tumor", "mitotic_figure")),
        (("--tumour-groups", "tumor", "mitotic_figure"), ("tumor", "mitotic_figure")),
    ],
)
def test_levels_and_groups(options: tuple, tumour: tuple, start: Start, tmp_path: Path) -> None:
    fields = single_rater(tmp_path / "set", region=REGION)
    counts, _ = extracted(start, tmp_path / "set", *options)
    assert counts == {
        name: counted(inside(nuclei), tumour) for name, nuclei in sorted(fields.items())
    }


def test_counts_made_anew_forget_how_the_earlier_ones_were_made(
    start: Start, tmp_path: Path
) -> None:
    root = tmp_path / "set"
    inferred_truth(root)
    for options, kept in ((("--tumour-groups", "lymphocyte"), True), ((), False)):
        done = start(CODE / "Data_Extractor.py", "--dataset", root, *options)
        assert done.returncode == 0, done.stderr
        assert (root / "test.counting.json").exists() == kept
        (root / "test.json").unlink()  # as the remedy for other counts says
    assert read_counting(root / "test.json") == DEFAULT_COUNTING


def test_columns_of_the_earlier_release(start: Start, tmp_path: Path) -> None:
    nuclei = scattered(1)
    write_annotations(tmp_path / "csv" / "a.csv", nuclei, "early")
    counts, _ = extracted(start, tmp_path)
    assert counts == {"a": counted(nuclei)}


@pytest.mark.parametrize("make", [inferred_truth, single_rater])
def test_nuclei_lie_where_they_are_painted_after_the_crop(make, tmp_path: Path) -> None:
    make(tmp_path, count=60)
    data_set = find_data_set(tmp_path)
    labels = load_labels(data_set, tmp_path / "test.json", DEFAULT_COUNTING)
    nuclei = load_nuclei(data_set, labels.fields, DEFAULT_COUNTING)
    edge = 90 if make is single_rater else 120
    for field, own in zip(labels.fields, nuclei, strict=True):
        picture = read_picture(field.picture)
        assert picture.shape == (edge, edge, 3)
        assert np.count_nonzero(own[:, 2] >= 0) == field.counts.total
        for x, y, tumour in own[own[:, 2] >= 0]:
            column, row = (min(round(float(part) * edge), edge - 1) for part in (x, y))
            near = picture[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
            colours = {(0, 0, 255), (0, 255, 0)}
            met = {tuple(pixel) for pixel in near.reshape(-1, 3).tolist()} & colours
            others = own[own[:, 2] == 1 - tumour][:, :2]
            # A disc of the other kind may lie over this one's.
            covered = (np.hypot(*(others - (x, y)).T) * edge < 7).any()
            assert met
            assert covered or met == {(0, 0, 255) if tumour else (0, 255, 0)}


def test_hospital_folds_share_nobody(start: Start, project: Path, tmp_path: Path) -> None:
    single_rater(tmp_path / "set", count=24)
    done = start(
        project / "LR_0_0001" / "Res50.py",
        *("--dataset", tmp_path / "set", "--split", "nucls", "--fold", 2),
        *("--weights", tmp_path / "none.h5"),
    )
    assert "found no file" in done.stderr  # the split comes after the weights
    done = start(project / "LR_0_0001" / "Res50.py", "--dataset", tmp_path / "set",
                 "--split", "nucls", "--fold", 9, "--weights", "none")  # fmt: skip
    assert done.stderr.startswith("error: expected fold_9_train.csv, found only fold_1_test.csv")
    assert done.returncode == 2


@pytest.mark.slow
@pytest.mark.parametrize("make", [inferred_truth, single_rater])
def test_a_run_trains_on_it_and_records_how_it_was_counted(
    make, shallow: Path, start: Start, tmp_path: Path
) -> None:
    fields = make(tmp_path / "set", count=24)
    output = tmp_path / "output"
    done = start(shallow / "LR_0_0001" / "Res50.py", "--dataset", tmp_path / "set",
                 "--weights", "none", "--image-size", 32, "--epochs", 1, "--optimizer", "sgd",
                 "--windows", "--split", "patient", "--tumour-groups", "tumor", "mitotic_figure",
                 "--output", output)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "audit of the split: nothing on both sides" in done.stdout
    book = load_workbook(output / "Log_Files" / "Res50" / "log0.xlsx")
    run = dict(book["run"].iter_rows(values_only=True))
    assert (run["tumour groups"], run["region"]) == ("tumor, mitotic_figure", "annotated")
    assert run["field microns"] == (18.0 if make is single_rater else 24.0)  # 90 or 120 px
    for name, _, tumour, total in list(book["fields"].values)[1:]:
        seen = inside(fields[name]) if make is single_rater else fields[name]
        groups = ("tumor", "mitotic_figure")
        assert {"tumour": tumour, "total": total} == counted(seen, groups)
    (model,) = (output / "Models" / "Res50").glob("*.h5")
    pictures = tmp_path / "set" / ("rgb" if make is single_rater else "rgbs")
    done = start(shallow / "Code" / "Predict.py", model, pictures, "--labels", tmp_path / "set",
                 "--output", tmp_path / "predictions")  # fmt: skip
    assert done.returncode == 0, done.stderr
    with (tmp_path / "predictions" / "predictions.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            name = Path(row["file"]).stem
            seen = inside(fields[name]) if make is single_rater else fields[name]
            expected = counted(seen, ("tumor", "mitotic_figure"))
            density = expected["tumour"] / expected["total"]
            assert float(row["true density"]) == pytest.approx(density, abs=1e-6)
