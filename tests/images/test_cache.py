"""Pictures: how they are decoded and resized, and the cache that spares doing it again."""

import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from common.images import cache as pictures
from common.images.picture_file import PictureFile
from common.images.reading import read_picture, resize
from common.utils.errors import InputError
from helpers.scripts import CODE


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the cache into a folder of the test's own."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("TUMOUR_DENSITY_CACHE", str(folder))
    return folder


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Write pictures of 40 x 40, 48 x 56 and 64 x 40 px (width x height)."""
    random = np.random.default_rng(0)
    return [
        write(tmp_path / f"f{number}.png", random.integers(0, 256, (*shape, 3), np.uint8))
        for number, shape in enumerate([(40, 40), (56, 48), (40, 64)])
    ]


def load(paths: list[Path], size: int) -> np.ndarray:
    return pictures.load_pictures([PictureFile(path) for path in paths], size)


def write(path: Path, rgb: np.ndarray) -> Path:
    """Write a picture; return its path."""
    cv2.imwrite(str(path), rgb[..., ::-1])
    return path


def forbid_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every further decoding fail."""

    def fail(path: Path) -> np.ndarray:
        raise AssertionError(f"decoded {path} again")

    monkeypatch.setattr(pictures, "read_picture", fail)


def test_a_read_only_memory_map_of_rgb_pictures(cache: Path, paths: list[Path]):
    loaded = load(paths, 40)
    assert isinstance(loaded, np.memmap)
    assert (loaded.shape, loaded.dtype) == ((3, 40, 40, 3), np.uint8)
    assert not loaded.flags.writeable
    first = cv2.imread(str(paths[0]))[..., ::-1]
    np.testing.assert_array_equal(loaded[0], first)
    assert [path.suffix for path in cache.glob("pictures*")] == [".npy"]


def test_the_second_call_decodes_nothing(
    cache: Path, paths: list[Path], monkeypatch: pytest.MonkeyPatch
):
    first = np.array(load(paths, 40))
    forbid_decoding(monkeypatch)
    np.testing.assert_array_equal(load(paths, 40), first)
    with pytest.raises(AssertionError, match="decoded"):
        load(paths, 48)
    with pytest.raises(AssertionError, match="decoded"):
        load(paths[:2], 40)
    with pytest.raises(AssertionError, match="decoded"):
        load(paths[::-1], 40)
    assert len(list(cache.glob("pictures*"))) == 1


def test_a_changed_picture_makes_a_new_cache(cache: Path, paths: list[Path]):
    before = np.array(load(paths, 32))
    write(paths[1], np.full((50, 50, 3), (10, 20, 30), np.uint8))
    after = load(paths, 32)
    assert (after[1] == (10, 20, 30)).all()
    np.testing.assert_array_equal(after[[0, 2]], before[[0, 2]])
    assert len(list(cache.glob("pictures*"))) == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1000],
        lambda content: content[:10],
        lambda content: b"",
        lambda content: content[:500] + bytes([content[500] ^ 1]) + content[501:],
        lambda content: bytes([content[0] ^ 1]) + content[1:],
    ],
    ids=["cut", "cut in its header", "empty", "a bit flipped", "a bit of its header flipped"],
)
def test_a_damaged_cache_is_told_and_made_anew(
    cache: Path, paths: list[Path], damage: Callable, capsys: pytest.CaptureFixture
):
    whole = np.array(load(paths, 40))
    kept = next(cache.glob("pictures*"))
    kept.write_bytes(damage(content := kept.read_bytes()))
    np.testing.assert_array_equal(load(paths, 40), whole)
    assert "is damaged; it is made anew" in capsys.readouterr().out
    assert kept.read_bytes() == content


@pytest.mark.parametrize("error", [InputError("a picture", "none"), KeyboardInterrupt()])
def test_decoding_that_fails_half_way_leaves_no_file(
    cache: Path, paths: list[Path], monkeypatch: pytest.MonkeyPatch, error: BaseException
):
    decode = pictures.read_picture

    def fail_at_the_last(file: PictureFile) -> np.ndarray:
        if file.path == paths[-1]:
            raise error
        return decode(file)

    monkeypatch.setattr(pictures, "read_picture", fail_at_the_last)
    with pytest.raises(type(error)):
        load(paths, 32)
    assert list(cache.rglob("*")) == []
    monkeypatch.setattr(pictures, "read_picture", decode)
    assert len(load(paths, 32)) == 3


@pytest.mark.parametrize(
    "write_depth",
    [
        lambda rgb: rgb.mean(-1).astype(np.uint8),
        lambda rgb: np.dstack([rgb[..., ::-1], np.full(rgb.shape[:2], 255, np.uint8)]),
        lambda rgb: rgb[..., ::-1].astype(np.uint16) * 257,
    ],
    ids=["grey", "with alpha", "16 bits"],
)
def test_other_kinds_of_png_become_rgb(tmp_path: Path, write_depth: Callable):
    rgb = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    stored = write_depth(rgb)
    cv2.imwrite(str(tmp_path / "f.png"), stored)
    picture = read_picture(tmp_path / "f.png")
    expected = np.dstack([stored] * 3) if stored.ndim == 2 else rgb
    np.testing.assert_array_equal(picture, expected)


def test_a_header_that_claims_an_absurd_size_is_told(tmp_path: Path, paths: list[Path]):
    content = bytearray(paths[0].read_bytes())
    content[16:24] = (100_000).to_bytes(4, "big") * 2
    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4, "big")
    (tmp_path / "f.png").write_bytes(content)
    with pytest.raises(InputError, match=r"^expected at most 67,108,864 px, found more than "):
        read_picture(tmp_path / "f.png")


def test_shrinking_averages_areas():
    rgb = np.random.default_rng(0).integers(0, 256, (96, 96, 3), np.uint8)
    blocks = rgb.reshape(32, 3, 32, 3, 3).mean((1, 3))
    small = resize(rgb, 32)
    assert small.shape == (32, 32, 3)
    assert np.abs(small - blocks).max() <= 0.5001


def test_enlarging_keeps_flat_colours():
    rgb = np.full((32, 40, 3), (200, 120, 10), np.uint8)
    assert (resize(rgb, 64) == (200, 120, 10)).all()
    assert resize(rgb, 64).shape == (64, 64, 3)


PROCESS = """
import sys
from pathlib import Path
from common.images import cache as pictures
from common.images.picture_file import PictureFile
from common.images.reading import read_picture, resize
sys.stdin.read(1)
files = sorted(Path(sys.argv[1]).glob("*.png"))
loaded = pictures.load_pictures([PictureFile(file) for file in files], 32)
sys.stdout.buffer.write(loaded.tobytes())
"""


def test_two_processes_fill_the_same_cache(cache: Path, tmp_path: Path, paths: list[Path]):
    command = [sys.executable, "-c", PROCESS, tmp_path]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "cwd": CODE}
    processes = [subprocess.Popen(command, **pipes) for _ in range(2)]
    for process in processes:  # both wait for a byte, so that they decode at the same time
        process.stdin.write(b"x")
        process.stdin.flush()
    outputs = [process.communicate()[0] for process in processes]
    decoded = [resize(read_picture(path), 32) for path in paths]
    assert outputs == [np.stack(decoded).tobytes()] * 2
    assert len(list(cache.glob("pictures*"))) == 1


def test_no_place_for_the_cache_is_told(cache: Path, paths: list[Path]):
    cache.write_text("a file where the folder should be")
    with pytest.raises(InputError) as told:
        load(paths, 32)
    assert str(told.value).startswith("expected a folder to keep pictures in, found ")
    remedy = "Make room there (what it holds can be made again), or give --cache DIR."
    assert str(told.value).endswith(f" in {cache}\n  {remedy}")
