"""Logs, checkpoints and models that the first version wrote, before entries got other names."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from common.comparison.ranking import compare
from common.inference.model_file import read_model_file
from common.nucls.counting import DEFAULT_COUNTING
from common.runs.checkpoint import read_checkpoint
from common.runs.log import read_log
from common.runs.paths import RunPaths
from common.runs.resume import Progress, find_start
from common.runs.run_fields import Side
from common.utils.errors import InputError
from helpers.model_files import colour_model

OLDER = Path(__file__).with_name("older")


@pytest.fixture
def paths(tmp_path: Path) -> RunPaths:
    """Lay the files out as a run leaves them."""
    paths = RunPaths(tmp_path, "Res50")
    for folder in (paths.logs, paths.models):
        folder.mkdir(parents=True)
    return paths


def test_a_finished_run_is_read_compared_and_recognised(paths: RunPaths) -> None:
    shutil.copy(OLDER / "log0.xlsx", paths.log)
    log = read_log(paths.log)
    recipe = log.record.recipe
    assert log.record.end == "2026-01-01 10:05:00+00:00"
    assert (recipe.setting.dropout, recipe.machinery.batch_size) == (0.5, 8)
    assert (recipe.pictures.windows, recipe.learning.patience) == (True, None)
    assert (recipe.data.synthetic, recipe.data.counting) == (False, DEFAULT_COUNTING)
    assert [epoch.number for epoch in log.epochs] == [1, 2, 3]
    assert log.epochs[0].validation["mae"] == pytest.approx(log.epochs[0].row["val_mae"])
    assert {field.side for field in log.fields} == {Side.TRAIN}
    assert set(log.baselines) > {"training mean", "training median", "classical model"}
    comparison = compare([paths.log])
    assert not comparison.left_out
    start = find_start(paths.output, "Res50", recipe)
    assert (start.progress, start.epochs) == (Progress.FINISHED, 3)


def test_a_folder_that_was_copied_with_its_results_is_told(paths: RunPaths) -> None:
    shutil.copy(OLDER / "log0.xlsx", paths.log)
    recipe = read_log(paths.log).record.recipe
    copied = replace(recipe, setting=replace(recipe.setting, folder="LR_0_0005"))
    with pytest.raises(InputError) as caught:
        find_start(paths.output, "Res50", copied)
    first, second = str(caught.value).splitlines()
    assert first.startswith(
        f"expected results of LR_0_0005, found those of {recipe.setting.folder}"
    )
    folder = paths.output
    assert second == f"  Empty Graphs, Log_Files and Models in {folder}, or give --output DIR."


def test_an_unfinished_run_goes_on_with_the_same_recipe_only(paths: RunPaths) -> None:
    shutil.copy(OLDER / "unfinished.npz", paths.checkpoint)
    checkpoint = read_checkpoint(paths.checkpoint)
    assert checkpoint.record.end is None
    assert checkpoint.record.recipe.data.synthetic
    assert len(checkpoint.epochs) == 2
    start = find_start(paths.output, "Res50", checkpoint.record.recipe)
    assert (start.progress, start.epochs) == (Progress.UNFINISHED, 2)
    other = replace(checkpoint.record.recipe, epochs=9)
    with pytest.raises(InputError, match="epochs: 9, where the run there has 3"):
        find_start(paths.output, "Res50", other)


@pytest.mark.slow
def test_a_model_file_is_known(tmp_path: Path) -> None:
    attributes = json.loads((OLDER / "model_attributes.json").read_text())
    file = read_model_file(colour_model(tmp_path / "model.h5", attributes))
    assert file.synthetic
    assert (file.network, file.seed, file.field_microns, file.mpp) == ("Res50", 0, 12.8, 0.2)
    assert (file.stain.method, file.version) == ("macenko", "1.0.dev")
    assert file.unknown == ()
