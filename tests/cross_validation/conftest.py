"""What tests of Cross_Validate.py share."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve synthetic fields of six patients, as patients.csv tells them."""
    folder = Path(shutil.copytree(sample, tmp_path_factory.mktemp("data") / "PsAreTruth_E"))
    names = sorted(path.stem for path in (folder / "contours").glob("*.csv"))
    rows = [f"{name},P{at // 2},," for at, name in enumerate(names)]
    (folder / "patients.csv").write_text("\n".join(["field,patient,slide,hospital", *rows]))
    return folder
