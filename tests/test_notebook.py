"""docs/first_look.ipynb, executed from its first to its last cell on a few fields."""

from pathlib import Path

import nbformat
import pytest
from helpers.scripts import PROJECT
from nbclient import NotebookClient

pytestmark = pytest.mark.slow


def test_the_notebook_runs(
    run_data: Path, shallow: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = "--weights none --image-size 32 --epochs 1 --batch-size 8 --optimizer sgd"
    monkeypatch.setenv("FIRST_LOOK", f"--dataset {run_data} {options}")
    monkeypatch.setenv("FIRST_LOOK_OUTPUT", str(tmp_path))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    notebook = nbformat.read(PROJECT / "docs" / "first_look.ipynb", as_version=4)
    NotebookClient(notebook, resources={"metadata": {"path": str(shallow)}}, timeout=600).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    kinds = [kind for output in outputs for kind in output.get("data", ())]
    assert kinds.count("image/png") == 2
    assert kinds.count("text/html") == 2
    printed = "".join(output.get("text", "") for output in outputs)
    assert "best epoch 1: val_mae" in printed
    assert f"results: {tmp_path / 'Graphs' / 'Res50'}" in printed
