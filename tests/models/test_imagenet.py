"""ImageNet weights: got once and checked, from a server of the test or from a folder."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from common.models import imagenet
from common.models.imagenet import IMAGENET_WEIGHTS, ImageNetWeights
from common.utils.errors import InputError
from helpers.scripts import Start

CONTENT = b"weights" * 1000
WEIGHTS = ImageNetWeights(50, len(CONTENT), hashlib.md5(CONTENT).hexdigest())
OFFLINE = {"https_proxy": "http://127.0.0.1:9"}  # nobody listens there


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder, and logs nothing."""

    def log_message(self, *_: object) -> None:
        """Pass over what was asked."""


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Serve a folder that holds the weights, in place of Keras' server."""
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / WEIGHTS.name).write_bytes(CONTENT)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(imagenet, "_ORIGIN", f"http://127.0.0.1:{server.server_port}/")
    yield folder
    server.shutdown()
    server.server_close()


def test_they_are_downloaded_once(served: Path, tmp_path: Path) -> None:
    path = WEIGHTS.get()
    assert path == tmp_path / "keras" / "models" / WEIGHTS.name
    assert path.read_bytes() == CONTENT
    (served / WEIGHTS.name).unlink()
    assert WEIGHTS.get() == path


def test_a_damaged_file_is_replaced(served: Path) -> None:
    WEIGHTS.path.parent.mkdir(parents=True)
    WEIGHTS.path.write_bytes(CONTENT[:-1])
    assert WEIGHTS.get().read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (CONTENT[:10], "(10 bytes instead of 7,000)"),
        (CONTENT[::-1], "(other content (MD5 "),
        (None, "(HTTP Error 404: File not found)"),
    ],
)
def test_what_is_not_the_weights_is_not_kept(served: Path, answer: bytes | None, told: str) -> None:
    if answer is None:
        (served / WEIGHTS.name).unlink()
    else:
        (served / WEIGHTS.name).write_bytes(answer)
    with pytest.raises(InputError) as caught:
        WEIGHTS.get()
    first, second = str(caught.value).splitlines()
    assert first.startswith("expected the ImageNet weights of ResNet50, found no way to get http")
    assert told in first
    assert "Fetch_Weights.py --from-folder" in second
    assert not WEIGHTS.path.parent.exists()


def test_a_folder_may_have_them_under_another_name(served: Path, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / "another.h5").write_bytes(CONTENT[::-1])
    with pytest.raises(InputError, match=r"found no file in .*stick/resnet50_.*\n.*Download http"):
        WEIGHTS.take(folder)
    (folder / "weights (1).h5").write_bytes(CONTENT)
    assert WEIGHTS.take(folder).read_bytes() == CONTENT
    (folder / "weights (1).h5").unlink()
    assert WEIGHTS.take(folder) == WEIGHTS.path


def test_a_home_that_cannot_be_written_to(
    served: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keras").write_text("a file, which not even root can make folders in")
    monkeypatch.setenv("TUMOUR_DENSITY_CACHE", str(tmp_path / "cache"))
    assert WEIGHTS.get() == tmp_path / "cache" / WEIGHTS.name


def test_the_script_tells_what_is_missing_and_where_to_get_it(
    start: Start, project: Path, tmp_path: Path
) -> None:
    script, home = project / "Code" / "Fetch_Weights.py", {"KERAS_HOME": str(tmp_path / "keras")}
    done = start(script, "--check", env=home, tensorflow=False)
    assert (done.returncode, done.stderr) == (1, "")
    for one in IMAGENET_WEIGHTS.values():
        file = tmp_path / "keras" / "models" / one.name
        assert f"ImageNet weights of ResNet{one.depth}: no file: {file}\n" in done.stdout
        assert f"  get {one.url} ({one.size:,} bytes, MD5 {one.md5})\n" in done.stdout
    for given in ([], ["--networks", "Res101", "--from-folder", tmp_path]):
        done = start(script, *given, env=home | OFFLINE, tensorflow=False)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 2)
        assert done.stderr.startswith("error: expected the ImageNet weights of ResNet")
    assert list(tmp_path.iterdir()) == []


def test_a_run_finds_them_missing_before_it_reads_pictures(
    start: Start, project: Path, sample: Path, tmp_path: Path
) -> None:
    given = ["--dataset", sample, "--output", tmp_path / "out", "--cache", tmp_path / "cache"]
    env = OFFLINE | {"KERAS_HOME": str(tmp_path / "keras")}
    done = start(project / "LR_0_0001" / "Res50.py", *given, env=env, tensorflow=False)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    assert "Fetch_Weights.py --from-folder" in done.stderr
    assert list(tmp_path.iterdir()) == []
