"""The learning-rate folders: what their names mean, and the launchers that lie in them."""

from pathlib import Path

import pytest
from common.config.lr_folder import Setting, setting_of
from common.utils.errors import InputError
from helpers.scripts import PROJECT, run_anew

LAUNCHERS = sorted([*PROJECT.glob("LR_*/Res*.py"), *PROJECT.glob("LR_*/Code/*/*.py")])
NETWORKS = {
    f"Res{depth}{frozen}.py" for depth in (50, 101, 152) for frozen in ("", "_Conv_4_5", "_Conv_5")
}
TWO = ("loss", "mae")
SIX = ("loss", "mae", "mse", "rmse", "msle", "cosine")


@pytest.mark.parametrize(
    ("name", "learning_rate", "dropout", "epochs", "graphs"),
    [
        ("LR_0_00001", 0.00001, 0, 50, TWO),
        ("LR_0_0001", 0.0001, 0, 50, TWO),
        ("LR_0_001", 0.001, 0, 50, TWO),
        ("LR_0_01", 0.01, 0, 50, TWO),
        ("LR_1_5", 1.5, 0, 50, TWO),
        ("LR_0_000006_Dropout", 0.000006, 0.2, 100, SIX),
        ("LR_0_000006_Dropout_05", 0.000006, 0.5, 100, SIX),
        ("LR_0_00001_Dropout_025", 0.00001, 0.25, 100, SIX),
    ],
)
def test_a_folders_name_is_its_setting(
    name: str, learning_rate: float, dropout: float, epochs: int, graphs: tuple[str, ...]
):
    setting = setting_of(Path("anywhere") / name)
    assert setting == Setting(name, learning_rate, dropout)
    assert (setting.epochs, setting.graphs) == (epochs, graphs)


@pytest.mark.parametrize(
    "name", ["", "LR_", "LR_0", "LR_0_0", "LR_0_0001_", "LR_0_0001_Dropout_5", "lr_0_1", "LR_0_1b"]
)
def test_other_names_are_no_setting(name: str):
    with pytest.raises(InputError, match=rf"^expected a folder named after .* found '{name}'"):
        setting_of(Path("/anywhere") / name if name else Path("/"))


def test_a_dropout_of_all_is_no_setting():
    with pytest.raises(InputError, match=r"^expected a dropout below 1, found 1 in"):
        setting_of(Path("LR_0_1_Dropout_10"))


def test_all_launchers_are_the_same_bytes():
    assert len(LAUNCHERS) >= 4 * len(NETWORKS) + 2  # users add folders
    assert len({path.read_bytes() for path in LAUNCHERS}) == 1


def test_each_folder_has_each_network():
    for folder in ("LR_0_00001", "LR_0_0001", "LR_0_001", "LR_0_01"):
        assert {path.name for path in (PROJECT / folder).glob("*.py")} == NETWORKS
    for folder in ("LR_0_000006_Dropout", "LR_0_000006_Dropout_05"):
        assert (PROJECT / folder / "Code" / "Res50" / "Res50.py").is_file()


@pytest.mark.parametrize(
    "launcher",
    [
        *(f"LR_0_0001/{name}" for name in sorted(NETWORKS)),
        "LR_0_000006_Dropout/Code/Res50/Res50.py",
    ],
)
def test_help_from_anywhere_shows_a_runnable_example(project: Path, tmp_path: Path, launcher: str):
    done = run_anew(project / launcher, "--help", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    name = Path(launcher).name
    assert f"\n  cd LR_0_0001 && python {name} --sample --epochs 2\n" in done.stdout
    assert (project / "LR_0_0001" / name).is_file()
    for option in ("--sample", "--epochs"):
        assert f"  {option}" in done.stdout
    assert not list(tmp_path.iterdir())


def test_a_launcher_without_the_project_says_so(start, tmp_path: Path):
    alone = tmp_path / "Res50.py"
    alone.write_bytes(LAUNCHERS[0].read_bytes())
    done = start(alone, "--help")
    assert done.returncode == 2
    assert done.stderr == ("error: expected Code/Res50.py beside the folder, found none\n")
