"""The published NuCLS sets as they come: counts, patients, regions, folds, odd files."""

import csv
import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from common.data.counts import read_counting
from common.data.loading import load_labels
from common.data.nuclei import load_nuclei
from common.images.reading import read_picture
from common.nucls.counting import DEFAULT_COUNTING
from common.nucls.dataset import find_data_set
from common.nucls.names import origin_of
from common.splits.audit import audit_split
from common.splits.methods import SplitRequest, make_split
from common.utils.errors import InputError
from helpers.nucls import (
    Nucleus,
    inferred_truth,
    paint,
    raw_raters,
    scattered,
    single_rater,
    write_annotations,
)
from helpers.scripts import CODE, Start
from openpyxl import load_workbook

REGION = (20, 10, 110, 100)


def counted(nuclei: list[Nucleus], tumour: tuple[str, ...] = ("tumor",)) -> dict[str, int]:
    groups = [one.group.removeprefix("correction_") for one in nuclei]
    return {"tumour": sum(group in tumour for group in groups), "total": len(groups)}


def inside(nuclei: list[Nucleus]) -> list[Nucleus]:
    left, top, right, bottom = REGION
    return [one for one in nuclei if left <= one.x < right and top <= one.y < bottom]


def extracted(start: Start, root: Path, *options: object) -> tuple[dict, str]:
    done = start(CODE / "Data_Extractor.py", "--dataset", root, *options)
    assert (done.returncode, done.stderr) == (0, "")
    counts = json.loads((root / "test.json").read_text())
    for path in root.glob("test*.json"):
        path.unlink()
    return counts, done.stdout


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


def test_tables_that_are_not_utf8_are_told(tmp_path: Path) -> None:
    named_by_nobody(tmp_path)
    table = "field,patient,slide,hospital\nfield00,P,S,Universit\xe4t\n"
    (tmp_path / "patients.csv").write_bytes(table.encode("cp1252"))
    with pytest.raises(InputError, match="text in UTF-8, found byte 0xe4"):
        load_labels(find_data_set(tmp_path), tmp_path / "test.json", DEFAULT_COUNTING)


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


def test_the_original_artefacts_folders(start: Start, tmp_path: Path) -> None:
    root = tmp_path / "set"
    fields = inferred_truth(root)
    for at, name in enumerate(fields):
        for folder, kind, inner in (
            ("contours", "csv", "new"),
            ("rgbs", "png", f"new/{'train' if at % 2 else 'validation'}"),
        ):
            target = root / folder / inner / f"{name}.{kind}"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(root / folder / f"{name}.{kind}", target)
    assert list(find_data_set(root).pictures) == sorted(fields)
    counts, _ = extracted(start, root)
    assert list(counts) == sorted(fields)


def test_junk_is_passed_over_and_contours_itself_may_be_named(start: Start, tmp_path: Path) -> None:
    root = tmp_path / "set"
    fields = inferred_truth(root)
    first = next(iter(fields))
    (tmp_path / "__MACOSX" / "set" / "contours").mkdir(parents=True)
    (tmp_path / "__MACOSX" / "set" / "contours" / "._x.csv").write_bytes(b"\0")
    for folder in ("contours", "rgbs"):
        for name in ("Thumbs.db", "desktop.ini", "._junk.csv", "._junk.png"):
            (root / folder / name).write_bytes(b"junk")
    shutil.copy(root / "contours" / f"{first}.csv", root / "contours" / f"{first} - Copy.csv")
    counts, _ = extracted(start, root)
    assert list(counts) == sorted(fields)
    assert find_data_set(root / "contours").root == root
    assert find_data_set(tmp_path).root == root


def test_pictures_of_any_format_and_two_of_one_name(tmp_path: Path) -> None:
    for name, suffix in (("a", ".JPG"), ("b", ".tif"), ("c", ".bmp")):
        write_annotations(tmp_path / "contours" / f"{name}.csv", scattered(0), "group")
        paint(tmp_path / "rgb" / f"{name}{suffix.lower()}", scattered(0))
        (tmp_path / "rgb" / f"{name}{suffix.lower()}").rename(tmp_path / "rgb" / f"{name}{suffix}")
    assert list(find_data_set(tmp_path).pictures) == ["a", "b", "c"]
    paint(tmp_path / "rgb" / "b.png", scattered(1))
    with pytest.raises(InputError, match=r"one of a name, found b\.png and b\.tif"):
        _ = find_data_set(tmp_path).pictures


def test_semicolons_of_a_spreadsheet(start: Start, tmp_path: Path) -> None:
    nuclei = scattered(2)
    path = tmp_path / "contours" / "a.csv"
    write_annotations(path, nuclei, "group")
    path.write_text("\ufeff" + path.read_text().replace(",", ";").replace("\n", "\r\n"))
    counts, _ = extracted(start, tmp_path)
    assert counts == {"a": counted(nuclei)}


def test_parts_of_a_download_and_what_is_still_packed(tmp_path: Path) -> None:
    parts = [tmp_path / f"PsAreTruth_E-20211020T171415Z-00{at}" / "PsAreTruth_E" for at in (1, 2)]
    write_annotations(parts[0] / "contours" / "a.csv", scattered(0), "group")
    paint(parts[1] / "rgbs" / "a.png", scattered(0))
    with pytest.raises(InputError) as told:
        _ = find_data_set(tmp_path).pictures
    assert f"Move the folders of {parts[1].parent.name} here" in str(told.value)
    write_annotations(parts[1] / "contours" / "b.csv", scattered(0), "group")
    with pytest.raises(InputError, match="If they are parts of one download, move their folders"):
        find_data_set(tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "NuCLS.zip").write_bytes(b"PK")
    with pytest.raises(InputError, match=r"found none, but NuCLS\.zip: unpack it"):
        find_data_set(empty)


def test_a_git_lfs_pointer_is_called_that(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    with pytest.raises(InputError, match="found a git-LFS pointer"):
        read_picture(path)


def spoil(root: Path, fields: dict[str, list[Nucleus]]) -> dict[str, str]:
    """Make four fields unusable; return what is said of each."""
    names = sorted(fields)[:4]
    write_annotations(root / "contours" / f"{names[0]}.csv", [], "group")
    cut = root / "contours" / f"{names[1]}.csv"
    cut.write_bytes(cut.read_bytes()[:-12])
    (root / "rgbs" / f"{names[2]}.png").write_bytes(b"no picture")
    cv2.imwrite(str(root / "rgbs" / f"{names[3]}.png"), np.zeros((23, 25, 3), np.uint8))
    said = ("at least one nucleus", "12 fields as in the header", "a whole picture", "at least 32")
    return dict(zip(names, said, strict=True))


def test_odd_fields_are_all_named_and_left_out_on_request(start: Start, tmp_path: Path) -> None:
    root = tmp_path / "set"
    fields = inferred_truth(root)
    odd = spoil(root, fields)
    script = CODE / "Res50.py"
    folder = tmp_path / "LR_0_0001"
    folder.mkdir()
    options = ("--folder", folder, "--dataset", root, "--weights", "none", "--image-size", 32)
    done = start(script, *options)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    assert done.stderr.startswith("error: expected fields of view that can be used, found 4 odd")
    for name, reason in odd.items():
        assert f"{name}: expected {reason}" in done.stderr
    assert "--skip-bad-fields leaves them out" in done.stderr
    done = start(CODE / "Data_Extractor.py", "--dataset", root, "--skip-bad-fields")
    assert done.returncode == 0, done.stderr
    counts = json.loads((root / "test.json").read_text())
    usable = {name: nuclei for name, nuclei in fields.items() if name not in list(odd)[:2]}
    assert counts == {name: counted(nuclei) for name, nuclei in sorted(usable.items())}
    for name in list(odd)[:2]:  # what is left are the two pictures that cannot be used
        (root / "contours" / f"{name}.csv").unlink()
        (root / "rgbs" / f"{name}.png").unlink()
    done = start(script, *options)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 2)
    assert "found 2 odd ones (" in done.stderr
    for name in list(odd)[2:]:
        assert f"{name}: expected {odd[name]}" in done.stderr


def named_by_nobody(root: Path, count: int = 12) -> list[str]:
    """Write fields whose names tell nothing; a table names four patients of two hospitals."""
    names = [f"field{at:02d}" for at in range(count)]
    for at, name in enumerate(names):
        write_annotations(root / "contours" / f"{name}.csv", scattered(at), "group")
        paint(root / "rgbs" / f"{name}.png", scattered(at))
    rows = [f"{name},P{at % 4},S{at % 4},H{at % 2}" for at, name in enumerate(names)]
    (root / "patients.csv").write_text("\n".join(["field,patient,slide,hospital", *rows, ""]))
    return names


@pytest.mark.parametrize("by", ["patient", "hospital"])
def test_a_table_of_patients_stands_in_for_names(by: str, tmp_path: Path) -> None:
    named_by_nobody(tmp_path)
    labels = load_labels(find_data_set(tmp_path), tmp_path / "test.json", DEFAULT_COUNTING)
    split = make_split(by, SplitRequest(labels.fields, folds=2))
    sides = [{getattr(labels.fields[at].origin, by) for at in side}
             for side in (split.train, split.validation)]  # fmt: skip
    assert not sides[0] & sides[1]
    assert len(sides[0] | sides[1]) == (4 if by == "patient" else 2)
    first = make_split("first-1000", SplitRequest(labels.fields))
    audit = audit_split(labels.fields, first, range(len(labels.fields)), [b""] * len(labels.fields))
    assert (audit.patients, audit.slides, audit.unknown) == (4, 4, 0)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("field00,P9,,", "two for field00"),
        ("field99,,,", "none in row 14"),
        (",P1,,", "none in row"),
    ],
)
def test_a_wrong_table_of_patients_is_refused(line: str, found: str, tmp_path: Path) -> None:
    named_by_nobody(tmp_path)
    with (tmp_path / "patients.csv").open("a") as file:
        file.write(line + "\n")
    with pytest.raises(InputError, match=found):
        load_labels(find_data_set(tmp_path), tmp_path / "test.json", DEFAULT_COUNTING)


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
