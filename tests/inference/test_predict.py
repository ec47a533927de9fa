"""Predict.py on pictures: formats, damage, resuming, labels."""

import json
import shutil
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from helpers.faults import as_ordinary_user, small_disk
from helpers.model_files import FACTS, INTERVAL, SIZE, colour_model
from helpers.scripts import own_lines, rows_of, run_anew
from PIL import Image

pytestmark = pytest.mark.slow


def density(rgb: np.ndarray) -> float:
    """Compute what the colour model says of a picture whose size is a multiple of its input."""
    red, _, blue = rgb.reshape(-1, 3).mean(0) / 255
    return float(1 / (1 + np.exp(-8 * (blue - red))))


@pytest.fixture
def picture() -> np.ndarray:
    """Paint a picture of 128 px with smooth colours."""
    across, down = np.meshgrid(np.linspace(60, 200, 128), np.linspace(90, 220, 128))
    return np.stack([across, (across + down) / 2, down], -1).astype(np.uint8)


def test_formats_and_kinds_of_pixels(predict, tmp_path: Path, picture: np.ndarray) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    image = Image.fromarray(picture)
    grey = np.asarray(image.convert("L"))
    image.save(folder / "plain.png")
    image.save(folder / "plain.bmp")
    image.save(folder / "plain.tif")
    image.save(folder / "plain.jpg", quality=95)
    image.quantize(256).save(folder / "palette.png")
    Image.fromarray(grey).save(folder / "grey.png")
    cv2.imwrite(str(folder / "deep.png"), grey.astype(np.uint16) * 257)
    clear = image.copy()
    clear.putalpha(0)
    clear.save(folder / "clear.png")
    image.convert("CMYK").save(folder / "cmyk.jpg", quality=95)
    image.save(folder / "pages.tif", save_all=True, append_images=[image])
    Image.fromarray(picture[:, :, 0].astype(np.float32)).save(folder / "float.tif")
    done = predict(folder)
    assert done.returncode == 1
    rows = rows_of(tmp_path / "out" / "predictions.csv")
    assert len(rows) == 11
    expected = density(picture)
    for name in ("plain.png", "plain.bmp", "plain.tif", "pages.tif"):
        assert float(rows[name]["density"]) == pytest.approx(expected, abs=1e-3)
    for name in ("plain.jpg", "palette.png", "cmyk.jpg"):
        assert float(rows[name]["density"]) == pytest.approx(expected, abs=0.02)
    assert rows["clear.png"]["density"] == ""
    for name in ("grey.png", "deep.png"):
        assert float(rows[name]["density"]) == pytest.approx(0.5, abs=1e-4)
    size = "not of the training fields' size (300 px)"
    notes = {name: row["notes"].replace(size, "").strip("; ") for name, row in rows.items()}
    assert notes == {
        "plain.png": "",
        "plain.bmp": "",
        "plain.tif": "",
        "plain.jpg": "",
        "palette.png": "palette",
        "grey.png": "grey; not H&E: no colour",
        "deep.png": "16 bit, grey; not H&E: no colour",
        "clear.png": "transparent parts made white; nearly blank",
        "cmyk.jpg": "CMYK",
        "pages.tif": "the first of 2 pages",
        "float.tif": f"failed: expected a picture of colours or grey, found pixels of mode F "
        f"in {folder / 'float.tif'}",
    }
    assert (rows["plain.png"]["width"], rows["plain.png"]["height"]) == ("128", "128")


def damage_all(folder: Path, picture: np.ndarray) -> int:
    """Write pictures and slides that cannot be used; return how many."""
    good = {}
    for suffix in ("png", "jpg", "tif", "bmp"):
        good[suffix] = folder / f"good.{suffix}"
        Image.fromarray(picture).save(good[suffix])
    bad = 0
    for suffix, path in good.items():
        content = path.read_bytes()
        for at, share in enumerate(np.linspace(0, 0.9, 21)):
            (folder / f"cut{at}.{suffix}").write_bytes(content[: int(share * len(content))])
            bad += 1
        (folder / f"text{suffix}.{suffix}").write_text("not a picture\n" * 100)
        (folder / f"folder.{suffix}").mkdir()
        (folder / f"secret.{suffix}").write_bytes(content)
        (folder / f"secret.{suffix}").chmod(0)
        bad += 3
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    absurd = b"\x89PNG\r\n\x1a\n"
    for name, content in chunks:
        checksum = struct.pack(">I", zlib.crc32(name + content))
        absurd += struct.pack(">I", len(content)) + name + content + checksum
    (folder / "absurd.png").write_bytes(absurd)
    Image.fromarray(picture[:20]).save(folder / "flat.png")
    shutil.copy(good["png"], folder / "renamed.jpg")  # its content counts: no damage
    for name in ("empty.svs", "text.ndpi"):
        (folder / name).write_text("" if name == "empty.svs" else "no slide")
    return bad + 2


def test_a_hundred_damaged_files(predict, tmp_path: Path, picture: np.ndarray) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    bad = damage_all(folder, picture)
    assert bad + 2 >= 100
    slides = [folder / "empty.svs", folder / "text.ndpi"]
    done = predict(folder, *slides, start=run_anew, before=as_ordinary_user)
    assert done.returncode == 1
    lines = own_lines(done).splitlines()
    reported = [line for line in lines if line.startswith("failed: expected ")]
    assert len(reported) == bad + 2
    missing = predict(folder / "good.png", folder / "none.png")
    assert (missing.returncode, own_lines(missing)) == (
        2,
        "error: expected a picture or a folder of pictures, found no such file "
        f"in {folder / 'none.png'}\n",
    )
    assert f"{bad + 2} of {bad + 5 + 2} failed" in done.stdout
    rows = rows_of(tmp_path / "out" / "predictions.csv")
    assert len(rows) == bad + 5
    whole = {name for name, row in rows.items() if row["density"]}
    assert whole == {"good.png", "good.jpg", "good.tif", "good.bmp", "renamed.jpg"}
    notes = {name: row["notes"] for name, row in rows.items()}
    assert "expected at most 67,108,864 px, found more than " in notes["absurd.png"]
    assert "found a folder" in notes["folder.png"]
    assert "found one that may not be read" in notes["secret.tif"]
    assert "found an empty file" in notes["cut0.bmp"]


def test_flips_and_labels(predict, tmp_path: Path, own_sample: Path) -> None:
    done = predict(own_sample / "rgbs", "--flips", "--labels", own_sample)
    assert done.returncode == 0, done.stderr
    assert "interval: none is known of these answers (low and high are empty): " in done.stdout
    rows = rows_of(tmp_path / "out" / "predictions.csv")
    errors = []
    for path in sorted((own_sample / "rgbs").glob("*.png")):
        row = rows[path.name]
        rgb = np.asarray(Image.open(path))
        assert float(row["density"]) == pytest.approx(density(rgb), abs=1e-4)
        assert float(row["spread"]) == pytest.approx(0, abs=1e-4)  # a mean knows no turns
        groups = [
            line.split(",")[2]
            for line in (own_sample / "contours" / f"{path.stem}.csv").read_text().splitlines()[1:]
        ]
        true = groups.count("tumor") / len(groups)
        assert float(row["true density"]) == pytest.approx(true, abs=1e-6)
        errors.append(abs(float(row["density"]) - true))
    figures = json.loads((tmp_path / "out" / "evaluation.json").read_text())["figures"]
    assert figures["mae"]["value"] == pytest.approx(np.mean(errors), abs=1e-5)


def test_intervals_of_pictures_of_the_trainings_kind(
    predict, tmp_path: Path, own_sample: Path
) -> None:
    knows = FACTS | INTERVAL | {"field microns": str(0.2 * SIZE)}
    sure = colour_model(tmp_path / "sure.h5", knows)
    large = own_sample / "large.png"
    Image.open(min((own_sample / "rgbs").glob("*.png"))).resize((120, 120)).save(large)
    done = predict(own_sample / "rgbs", large, "--labels", own_sample, model=sure)
    assert done.returncode == 0, done.stderr
    assert "interval: density +/- 0.150 is to hold 90% of the fields of new " in done.stdout
    rows = rows_of(tmp_path / "out" / "predictions.csv")
    noted = rows.pop("large.png")
    assert (noted["low"], noted["high"]) == ("", "")
    assert "not of the training fields' size" in noted["notes"]
    held: dict[str, list[bool]] = {}
    for row in rows.values():
        density, low, high = (float(row[name]) for name in ("density", "low", "high"))
        assert (low, high) == pytest.approx((max(0, density - 0.15), min(1, density + 0.15)))
        patient = "-".join(Path(row["file"]).name.split("-")[:3])
        held.setdefault(patient, []).append(low <= float(row["true density"]) <= high)
    told = json.loads((tmp_path / "out" / "evaluation.json").read_text())["intervals"]
    share = np.mean([np.mean(one) for one in held.values()])
    assert told["coverage by promise"]["0.9"]["value"] == pytest.approx(share)


def test_two_pictures_of_one_labelled_field(predict, own_sample: Path) -> None:
    first = min((own_sample / "rgbs").glob("*.png"))
    Image.open(first).rotate(90).save(own_sample / f"{first.stem}.jpg")
    done = predict(first, own_sample / f"{first.stem}.jpg", "--labels", own_sample)
    assert done.returncode == 2
    expected = "expected one picture of each labelled field, found several of"
    assert own_lines(done) == f"error: {expected} {first.stem}\n  Give the one that was labelled.\n"


def test_a_users_own_evaluation_is_not_replaced(predict, tmp_path: Path, own_sample: Path) -> None:
    own = tmp_path / "out" / "evaluation.json"
    own.parent.mkdir()
    own.write_text("a user's own")
    done = predict(own_sample / "rgbs", "--labels", own_sample)
    assert done.returncode == 2
    expected = f"error: expected no earlier result, found evaluation.json in {own.parent}\n"
    assert own_lines(done) == f"{expected}  Give another --output DIR.\n"
    assert own.read_text() == "a user's own"


def test_an_ended_job_goes_on(predict, tmp_path: Path, own_sample: Path) -> None:
    pictures = sorted((own_sample / "rgbs").glob("*.png"))
    # Takes the note, but not the table. Python 3.11 leaves .pyc files that are cut off there.
    done = predict(
        *pictures, start=run_anew, before=small_disk(0.0015), env={"PYTHONDONTWRITEBYTECODE": "1"}
    )
    part = tmp_path / "out" / "predictions.part.csv"
    assert (done.returncode, own_lines(done).count("\n")) == (1, 1)
    assert f"found File too large in {part}" in own_lines(done)
    assert predict(*pictures).returncode == 0
    whole = (tmp_path / "out" / "predictions.csv").read_bytes()
    done = predict(*pictures)
    assert (done.returncode, "finished already: " in done.stdout) == (0, True)
    note = tmp_path / "out" / "predictions.json"
    recipe = note.read_text()
    done = predict(*pictures, "--flips")
    assert (done.returncode, "flips averaged: 'yes', where the run" in own_lines(done)) == (2, True)
    assert (tmp_path / "out" / "predictions.csv").read_bytes() == whole
    content = pictures[3].read_bytes()
    cv2.imwrite(str(pictures[3]), cv2.imread(str(pictures[3]))[::-1])
    done = predict(*pictures)
    assert (done.returncode, "found pictures' content: " in own_lines(done)) == (2, True)
    pictures[3].write_bytes(content)
    # As a job leaves it that was ended in the middle of its sixth row.
    (tmp_path / "out" / "predictions.csv").rename(tmp_path / "kept.csv")
    lines = whole.splitlines(keepends=True)
    part.write_bytes(b"".join(lines[:6]) + lines[6][:20])
    done = predict(*pictures)
    assert (done.returncode, "going on: 5 of 12 pictures are done" in done.stdout) == (0, True)
    assert (tmp_path / "out" / "predictions.csv").read_bytes() == whole
    assert note.read_text() == recipe
    assert not part.exists()
    (tmp_path / "out" / "predictions.csv").write_bytes(b"".join(lines[:6]))
    done = predict(*pictures)
    assert done.returncode == 2
    assert "expected the table as it was written, found a changed one in " in own_lines(done)
    note.unlink()
    done = predict(*pictures)
    assert done.returncode == 2
    assert own_lines(done) == (
        f"error: expected no earlier result, found predictions.csv in {tmp_path / 'out'}\n"
        "  Move it away, or give --output DIR.\n"
    )
