"""Where can be written: folders that take nothing, and the cache's way around them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from common.files.disk import CacheOptions, cache_folder
from common.utils.errors import InputError
from helpers.faults import as_ordinary_user
from helpers.scripts import CODE, Done, copy_project, run_anew

ASK = "from common.files.disk import cache_folder; print(cache_folder())"


def cache_of_a_process(folder: Path, **variables: str) -> Path:
    """Ask a process of an ordinary user that has the project at `folder` for its cache."""
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=folder,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=as_ordinary_user,
    )
    return Path(done.stdout.strip())


def test_the_cache_lies_in_the_project_else_with_the_user(tmp_path: Path) -> None:
    code = tmp_path / "project" / "Code"
    shutil.copytree(CODE / "common", code / "common")
    dataset = tmp_path / "project" / "Dataset"
    dataset.mkdir()
    home = str(tmp_path / "home")
    assert cache_of_a_process(code) == dataset / ".cache"
    dataset.chmod(0o555)
    named = cache_of_a_process(code, XDG_CACHE_HOME=home)
    assert named == Path(home, "tumour-density")
    assert cache_of_a_process(code, XDG_CACHE_HOME="", HOME=home) == Path(
        home, ".cache", "tumour-density"
    )
    assert cache_of_a_process(code, TUMOUR_DENSITY_CACHE=home) == Path(home)


def test_a_cache_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUMOUR_DENSITY_CACHE", "")
    CacheOptions(tmp_path / "cache").use()
    assert cache_folder() == tmp_path / "cache"
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="a folder for what can be made again, found a file in"):
        CacheOptions(tmp_path / "file").use()


@pytest.fixture
def read_only(tmp_path: Path, sample: Path) -> Path:
    """Copy project and data set into a folder in which an ordinary user can write nothing."""
    folder = tmp_path / "shared"
    copy_project(folder / "project", shallow=True)
    shutil.copytree(sample, folder / "PsAreTruth_E")
    everything = [folder, *folder.rglob("*")]
    for path in everything:
        path.chmod(path.stat().st_mode & ~0o222)
    yield folder
    for path in everything:
        path.chmod(path.stat().st_mode | 0o200)


@pytest.mark.slow
def test_read_only_project_and_data(read_only: Path, tmp_path: Path) -> None:
    """Train, evaluate, compare and plan a cross-validation, with results elsewhere."""
    before = sorted(read_only.rglob("*"))
    project, data = read_only / "project", read_only / "PsAreTruth_E"

    def start(script: str, *arguments: object) -> Done:
        variables = {"XDG_CACHE_HOME": str(tmp_path / "home")}
        how = {"cwd": tmp_path, "env": variables, "before": as_ordinary_user}
        return run_anew(project / script, *arguments, **how)

    output = tmp_path / "output"
    options = "--weights none --image-size 32 --epochs 1 --batch-size 8 --optimizer sgd"
    chosen = ("--dataset", data, *options.split())
    done = start("LR_0_0001/Res50.py", *chosen, "--output", output)
    assert (done.returncode, done.stderr) == (0, "")
    assert "test.json was missing and has been extracted; not kept, as its folder" in done.stdout
    assert list((tmp_path / "home" / "tumour-density").glob("pictures-32px-*.npy"))

    output.rename(output.with_name("finished"))
    log = tmp_path / "finished" / "Log_Files" / "Res50" / "log0.xlsx"
    graphs = tmp_path / "finished" / "Graphs" / "Res50"
    graphs.chmod(0o555)
    done = start("Code/Evaluate.py", log)
    assert (done.returncode, done.stderr) == (
        2,
        "error: expected a folder for the results, found one that may not be written to in "
        f"{graphs}\n  Give --output DIR.\n",
    )
    elsewhere = tmp_path / "evaluated"
    done = start("Code/Evaluate.py", log, "--output", elsewhere, "--cache", tmp_path / "cache")
    assert (done.returncode, done.stderr) == (0, "")
    assert (elsewhere / "Graphs" / "Res50" / "evaluation.json").exists()
    assert list((tmp_path / "cache").glob("pictures-32px-*.npy"))
    copy = shutil.copytree(tmp_path / "finished", tmp_path / "copy")
    other = copy / "Log_Files" / "Res50" / "log0.xlsx"
    done = start("Code/Evaluate.py", other, "--output", elsewhere)
    assert f"expected no evaluation of another run, found that of {log} in " in done.stderr

    done = start("Code/Compare.py", tmp_path / "finished")
    assert (done.returncode, f"in {project}\n  Give --output DIR.\n" in done.stderr) == (2, True)
    done = start("Code/Compare.py", tmp_path / "finished", "--output", tmp_path / "compared")
    assert (done.returncode, done.stderr) == (0, "")
    folds = ["--splits", "first-1000", "--choose-epoch", "validation", "--dry-run"]
    folds += ["--output", tmp_path / "folds"]
    done = start("Code/Cross_Validate.py", *folds, *chosen)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(read_only.rglob("*")) == before
