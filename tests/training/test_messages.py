"""What a run says of time."""

import pytest
from common.training.messages import duration


@pytest.mark.parametrize(
    ("seconds", "told"), [(1, "1 min"), (100, "2 min"), (3599, "60 min"), (9000, "2.5 h")]
)
def test_durations(seconds: float, told: str) -> None:
    assert duration(seconds) == told
