"""Digests of content: equal for equal bytes, new for new ones, read once."""

import hashlib
import os
import time
from pathlib import Path

import pytest
from common.files import content
from common.files.content import content_digests
from hypothesis import given, settings
from hypothesis import strategies as st

LONG_AGO = time.time() - 3600


def blake2b(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def write(path: Path, data: bytes, when: float = LONG_AGO) -> Path:
    path.write_bytes(data)
    os.utime(path, (when, when))
    return path


@settings(max_examples=500, deadline=None)
@given(
    contents=st.lists(st.binary(max_size=9), min_size=2, max_size=2), ago=st.sampled_from([0, 9])
)
def test_replaced_content_is_noticed_even_at_the_same_size_and_time(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes], ago: int
):
    folder = tmp_path_factory.mktemp("files")
    path, memory = folder / "picture.png", folder / "contents.json"
    when = time.time() - ago
    for data in contents:
        write(path, data, when)
        assert content_digests([path], memory) == [blake2b(data)]


def test_what_has_not_changed_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    paths = [write(tmp_path / name, name.encode()) for name in "abc"]
    first = content_digests(paths, tmp_path / "memory" / "contents.json")
    read: list[Path] = []
    monkeypatch.setattr(content, "_digest", lambda path: read.append(path) or "new")
    write(paths[1], b"another content")
    again = content_digests([*paths, paths[0]], tmp_path / "memory" / "contents.json")
    assert again == [first[0], "new", first[2], first[0]]
    assert read == [paths[1]]


@pytest.mark.parametrize("damage", [b"", b"[1, 2]", b'{"a": ', b"\xff\xfe", b"3"])
def test_a_damaged_memory_is_made_anew(tmp_path: Path, damage: bytes):
    path, memory = write(tmp_path / "a", b"a"), write(tmp_path / "contents.json", damage)
    assert content_digests([path], memory) == [blake2b(b"a")]
    assert content_digests([path], memory) == [blake2b(b"a")]


def test_a_memory_that_cannot_be_written_costs_only_time(tmp_path: Path):
    path = write(tmp_path / "a", b"a")
    assert content_digests([path], path / "contents.json") == [blake2b(b"a")]


def test_what_cannot_be_read_is_told_in_place_of_a_digest(tmp_path: Path):
    paths = [tmp_path / "gone", tmp_path]
    found = content_digests(paths, tmp_path / "memory" / "contents.json")
    assert found == ["No such file or directory", "Is a directory"]
