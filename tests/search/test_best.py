"""What a search's best setting is trained with."""

from pathlib import Path

import pytest
from common.search import best
from common.search.space import Proposal
from common.search.trials import Trial


@pytest.mark.parametrize(
    ("own", "shared", "told"),
    [
        (False, [], False),
        (True, [], True),
        (True, ["--dataset", "x"], False),
        (True, ["--counts", "x"], False),
    ],
)
def test_the_best_setting_is_trained_on_the_counts_of_the_search(
    own: bool, shared: list[str], told: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(best, "PROJECT", tmp_path)
    setting = Proposal(1e-4, 0.5, "adam", "none", "constant", "mse")
    folder = tmp_path / setting.folder / "Code" / "Res50"
    folder.mkdir(parents=True)
    if own:
        (folder / "test.json").touch()
    counts = tmp_path / "Code" / "test.json"
    options = best.options_of_run(Trial("0", setting, 0.1, 1, "completed"), 50, shared, counts)
    named = ["--counts", str(counts)] if told else []
    assert options == [*shared, *named, *setting.options]
