"""The graphs of a run: curves, the best epoch, the baselines as lines across."""

from pathlib import Path

import pytest
from common.runs import curves
from common.runs.epochs import COLUMNS, epoch_of_row
from matplotlib.figure import Figure


def test_baselines_are_lines_across(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    drawn: list[Figure] = []
    monkeypatch.setattr(curves, "save_figure", lambda path, figure: drawn.append(figure))
    values = {1: 0.4, 2: 0.2, 3: 0.3}
    epochs = [
        epoch_of_row(dict.fromkeys(COLUMNS, value) | {"epoch": at}) for at, value in values.items()
    ]
    baselines = {"training mean": {"mae": 0.35}, "classical model": {"mae": 0.1}, "odd": {}}
    curves.draw_curves(tmp_path / "mae.png", "mae", epochs, "Res50", baselines)
    (axes,) = drawn[0].axes
    lines = {str(line.get_label()): list(line.get_ydata()) for line in axes.lines}
    assert lines["validation"] == list(values.values())
    assert lines["best epoch 2: 0.2000"] == [0.2]
    assert lines["training mean: 0.3500"] == [0.35, 0.35]
    assert lines["classical model: 0.1000"] == [0.1, 0.1]
    assert not any(name.startswith("odd") for name in lines)
    assert all(float(tick).is_integer() for tick in axes.get_xticks())
