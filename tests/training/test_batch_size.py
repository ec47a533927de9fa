"""--batch-size auto on GPUs that are made up: what is found, told, and gone on with."""

from collections.abc import Callable
from pathlib import Path

import pytest
from common.config.network_options import NetworkOptions
from common.config.plan import Plan, make_plan
from common.models.architecture import network_named
from common.models.memory import Card
from common.runs.resume import with_earlier_batch_size
from common.training import batch_size
from common.utils.cli import parse
from common.utils.errors import InputError
from common.utils.pool import NoAnswerError
from helpers.logs import make_log

CARD = Card("RTX 2060", "550", 6 * 10**9, 5 * 10**9)
FOLDER, NETWORK = "LR_0_0001", "Res50"


@pytest.fixture
def plan(own_sample: Path, project: Path, tmp_path: Path) -> Callable[..., Plan]:
    """Give a function that plans a run of 8 training fields."""

    def make(*more: object) -> Plan:
        given = ["--dataset", own_sample, "--folder", project / FOLDER, "--weights", "none",
                 "--output", tmp_path / FOLDER, "--batch-size", "auto", *more]  # fmt: skip
        return make_plan(network_named(NETWORK), parse(NetworkOptions, "", [*map(str, given)]))

    return make


@pytest.mark.parametrize(
    ("found", "cards", "more", "size", "told"),
    [
        (4, [CARD], (), 4, "the largest power of 2 that the GPU's memory holds"),
        (4, [], (), 4, "which trains; nvidia-smi does not tell whether"),
        (8, [CARD], (), 8, "the largest power of 2 that the training fields fill"),
        (None, [], (), 8, "the largest power of 2 that the training fields fill"),
        (None, [], ("--accumulate", 3), 2, "the largest power of 2 that the training fields fill"),
    ],
)
def test_a_batch_is_found_and_told(
    plan: Callable[..., Plan],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    found: int | None,
    cards: list[Card],
    more: tuple[object, ...],
    size: int,
    told: str,
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(batch_size, "find_cards", lambda: cards)
    monkeypatch.setattr(
        batch_size, "in_own_process", lambda _, *given: asked.extend(given) or found
    )
    planned = plan(*more)
    assert batch_size.find_batch_size(planned) == size
    assert f"batch size: {size}, {told}" in capsys.readouterr().out
    free, most = asked[-2:]
    assert (free, most) == (cards[0].free if cards else None, 2 if more else 8)
    settled = planned.with_batch_size(size)
    assert (settled.recipe.machinery.batch_size, settled.data.steps) == (size, 8 // size)


def test_a_gpu_that_trains_nothing_is_told(
    plan: Callable[..., Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_given: object) -> None:
        raise NoAnswerError("the process ended with status -9")

    monkeypatch.setattr(batch_size, "in_own_process", crash)
    with pytest.raises(InputError) as caught:
        batch_size.find_batch_size(plan())
    assert str(caught.value) == (
        "expected a batch that the device's memory holds, found none (the process ended with "
        "status -9)\n  Give --batch-size N."
    )


def test_a_run_keeps_the_batch_of_the_run_that_is_there(
    plan: Callable[..., Plan], tmp_path: Path
) -> None:
    def there(*more: object) -> object:
        return with_earlier_batch_size(plan(*more)).recipe.machinery.batch_size

    assert there() == "auto"
    make_log(tmp_path, FOLDER, NETWORK, 0.1, batch_size=4)
    make_log(tmp_path, FOLDER, NETWORK, 0.1, batch_size=2, number=1, beside_earlier_runs="yes")
    assert (there(), there("--again"), there("--batch-size", 5)) == (4, 2, 5)
    (tmp_path / FOLDER / "Log_Files" / NETWORK / "log0.xlsx").write_bytes(b"damaged")
    assert there("--again") == 2


def test_more_accumulated_than_fields_is_refused_before_a_batch_is_found(
    plan: Callable[..., Plan],
) -> None:
    with pytest.raises(InputError, match="--accumulate of at most 8, the batches of an epoch"):
        plan("--accumulate", 9)
