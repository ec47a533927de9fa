"""What scripts print: nothing to standard error in a normal run, and with --quiet results alone."""

import shutil
from pathlib import Path

import pytest
from common.models.architecture import NETWORKS
from helpers.scripts import CODE, Start, run

pytestmark = pytest.mark.slow

SHORT = "--weights none --image-size 32 --epochs 1 --batch-size 8"
# By script. {out} is empty, {log}, {model} and {runs} are of a run on {data}.
COMMANDS = {
    "Sample_Dataset": "--count 2 --size 64 --output {out}/sample",
    "Data_Extractor": "--dataset {data}",
    "Density_Finder": "--counts {data}/test.json --output {out}/Density.npy",
    "Check_Dataset": "--dataset {data} --image-size 32 --output {out}",
    "Evaluate": "{log} --output {out}",
    "Predict": "{model} {data}/rgbs --labels {data} --output {out}",
    "Explain": "{model} {data}/rgbs --labels {data} --include-training --output {out}",
    "Export": "{model} --output {out}/exported",
    "Compare": "{runs} --output {out}",
    "Report": "{runs} --output {out}",
    "Run_All": "--networks Res50 --folders {folder} --output {study} --dataset {data} " + SHORT,
    "Hyperparameter_Optimization": "--tuner random --trials 1 --output {out} --dataset {data} "
    + SHORT,
}
# Their own tests look at it, on data or in runs that only they have.
ELSEWHERE = {"Check_Machine", "Cross_Validate", "Fetch_Weights", "Import_Dataset"}


@pytest.fixture(scope="module")
def places(shallow: Path, sample: Path, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """Train a run, quietly: it prints what came out, and nothing to standard error."""
    root = tmp_path_factory.mktemp("places")
    data, folder = shutil.copytree(sample, root / "PsAreTruth_E"), shallow / "LR_0_0001"
    runs = root / "study" / folder.name
    done = run(folder / "Res50.py", "--dataset", data, "--output", runs, "--quiet", *SHORT.split())
    assert (done.returncode, done.stderr) == (0, "")
    begins = (
        "best epoch 1: ",
        "note: no better than: ",
        "warning: ",
        "  it has learned",
        "log: ",
        "graphs: ",
        "models: ",
    )
    assert [line for line in done.stdout.splitlines() if not line.startswith(begins)] == []
    assert done.stdout.startswith("best epoch 1: val_mae ")
    (model,) = (runs / "Models" / "Res50").glob("*.h5")
    log = runs / "Log_Files" / "Res50" / "log0.xlsx"
    return {"data": data, "folder": folder, "study": root / "study", "runs": runs, "log": log,
            "model": model}  # fmt: skip


@pytest.mark.parametrize("script", COMMANDS)
def test_nothing_goes_to_standard_error(
    start: Start, shallow: Path, places: dict, tmp_path: Path, script: str
) -> None:
    given = COMMANDS[script].format(out=tmp_path, **places).split()
    done = start(shallow / "Code" / f"{script}.py", *given, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_every_script_is_looked_at() -> None:
    networks = {network.script for network in NETWORKS}
    assert {path.stem for path in CODE.glob("*.py")} == {*COMMANDS, *ELSEWHERE, *networks}
