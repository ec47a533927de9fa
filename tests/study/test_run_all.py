"""Run_All.py: studies of a few tiny runs on this machine and on a Dask cluster."""

from pathlib import Path

import pytest
from helpers.study import Study, check_on_cluster

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def study(shallow: Path, tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Three runs: Res50 in three folders."""
    return Study(shallow, tmp_path_factory.mktemp("study"), 1, 3)


def test_failed_runs_are_reported_and_only_they_run_again(study: Study) -> None:
    study.check()


def test_a_cluster_loses_a_worker(shallow: Path, tmp_path: Path) -> None:
    check_on_cluster(Study(shallow, tmp_path, 1, 2), tmp_path)


def test_networks_and_folders_that_do_not_exist(study: Study, start, project: Path) -> None:
    script = project / "Code" / "Run_All.py"
    done = start(script, "--networks", "Res51", "--dry-run")
    assert done.returncode == 2
    assert done.stderr.startswith("error: expected networks among Res50, Res50_Conv_5, ")
    assert done.stderr.endswith("Res152_Conv_4_5, found Res51\n  Did you mean Res50?\n")
    done = start(script, "--folders", study.output / "none", "--dry-run")
    assert done.stderr == (
        f"error: expected a learning-rate folder, found no network script "
        f"in {study.output / 'none'}\n"
    )
    done = start(script, "--again", "--dry-run")
    assert (done.returncode, "Give --output DIR instead." in done.stderr) == (2, True)
    done = start(script, f"--folder={project / 'LR_0_01'}", "--dry-run")
    assert (done.returncode, "Give --folders DIR ... instead." in done.stderr) == (2, True)
    done = start(script, "--epoch", "3", "--dry-run")
    assert done.stderr == (
        "error: expected options as in --help, found unrecognized arguments: --epoch 3\n"
        "  Did you mean --epochs?\n"
    )


def test_a_scheduler_that_does_not_answer(study: Study) -> None:
    done = study.start("--scheduler", "tcp://127.0.0.1:9")
    assert done.returncode == 2
    assert "error: expected a Dask scheduler, found none that answers (" in done.stderr
