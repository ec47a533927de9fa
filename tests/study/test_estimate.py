"""What Run_All.py --dry-run tells of hours and gigabytes, from logs and machine.json."""

from collections.abc import Callable
from pathlib import Path

import pytest
from common.machine.check import MachineOptions
from common.machine.findings import Finding, Measured, Report, Verdict
from common.machine.page import write_report
from helpers.logs import make_log
from helpers.scripts import Start

Told = Callable[..., str]
EPOCHS = 45_000


@pytest.fixture
def told(start: Start, project: Path, run_data: Path, tmp_path: Path) -> Told:
    """Give a function that tells a dry run of Res50, after whose options come more."""

    def dry_run(*more: object) -> str:
        given = ["--networks", "Res50", *more, "--folders", project / "LR_0_0001", "--dry-run",
                 "--output", tmp_path / "out", "--dataset", run_data, "--epochs", EPOCHS,
                 "--keep-best", 2]  # fmt: skip
        script = project / "Code" / "Run_All.py"
        done = start(script, *given, cwd=tmp_path, tensorflow=False)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return dry_run


def log_of(network: str, tmp_path: Path, **entries: object) -> Path:
    """Leave a log of 2 s an epoch of 100 fields in a folder of the study."""
    return make_log(tmp_path / "out" / "LR_0_0001" / "Earlier", "LR_0_01", network, 0.1, **entries)


def test_hours_follow_from_logs_of_the_same_size(told: Told, tmp_path: Path) -> None:
    log = log_of("Res50", tmp_path)
    log_of("Res101", tmp_path, image_size=64)
    out = told("Res101")
    hours = EPOCHS * (1 + 7.6 / 3.8) * 12 * 0.02 / 3600
    assert f"runs to compute: 2, about {hours:.1f} hours one after the other\n" in out
    assert f"  Res50: 0.2 s an epoch of 12 fields of 224 px, measured ({log}, on CPU)\n" in out
    told_of = f"estimated from Res50 ({log}, on CPU)"
    assert f"  Res101: 0.5 s an epoch of 12 fields of 224 px, {told_of}\n" in out


def test_gigabytes_follow_from_the_networks(told: Told) -> None:
    sizes = [(4 * 23.59e6, 8 * 23.54e6), (4 * 42.66e6, 8 * 42.55e6)]
    total = sum(3 * 1.02 * model + 2 * (model + moments) + 20e6 for model, moments in sizes)
    assert f"disk: up to {total / 1e9:.1f} GB, " in told("Res101")


def test_hours_follow_from_a_measured_machine(told: Told, tmp_path: Path) -> None:
    networks = [Measured("Res50", True, 10.0), Measured("Res101", False, 5.0)]
    found = [Finding("versions", Verdict.OK, "some")]
    write_report(Report(found, networks), MachineOptions(output=tmp_path))
    out = told()
    hours = EPOCHS * (8 + 4 / 3) / 10 / 3600  # 8 of 12 fields train
    assert f"runs to compute: 1, about {hours:.1f} hours one after the other\n" in out
    assert (
        f"  Res50: 0.9 s an epoch of 12 fields of 224 px, measured ({tmp_path / 'machine.json'}, 20"
        in out
    )
    log_of("Res50", tmp_path)  # of a run, which counts for more
    assert f"about {EPOCHS * 12 * 0.02 / 3600:.1f} hours" in told()


@pytest.mark.parametrize("content", [None, "[]", '{"networks": [{"measured": 1}]}', "{"])
def test_what_was_not_measured_is_not_told(told: Told, tmp_path: Path, content: str | None) -> None:
    if content:
        (tmp_path / "machine.json").write_text(content)
    log_of("Res50", tmp_path, image_size=64).with_name("log1.xlsx").write_text("no log")
    out = told("Res152_Conv_5")
    assert "hours are not known, as nothing was measured at 224 px:\n" in out
    cost = EPOCHS * (1 + 11.3 / 3.8)
    assert f"not measured, as much as {cost:,.0f} epochs of Res50 at 224 px\n" in out
    assert "Check_Machine.py --image-size 224 measures" in out


def test_weights_that_are_missing_are_told(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    kept = tmp_path / "keras" / "models" / "resnet101_weights_tf_dim_ordering_tf_kernels_notop.h5"
    out = told("Res50,Res101,Res50_Conv_5")
    assert "warning: ImageNet weights not here yet: ResNet50, ResNet101; python " in out
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"some")
    assert "warning: ImageNet weights not here yet: ResNet50; python " in told("Res101")
    assert "ImageNet" not in told("Res101", "--weights", "none")
