"""What a run says of time and memory."""

import pytest
import tensorflow as tf
from common.training.fit import memory_of
from common.training.messages import duration
from common.utils.errors import InputError


@pytest.mark.parametrize(
    ("seconds", "told"), [(1, "1 min"), (100, "2 min"), (3599, "60 min"), (9000, "2.5 h")]
)
def test_durations(seconds: float, told: str) -> None:
    assert duration(seconds) == told


@pytest.mark.parametrize(("batch", "smaller"), [(16, 8), (1, 1)])
def test_a_batch_that_memory_does_not_hold_is_told_in_two_lines(batch: int, smaller: int) -> None:
    with pytest.raises(InputError) as caught, memory_of(batch):
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor\nand more")
    lines = str(caught.value).splitlines()
    assert len(lines) == 2
    assert f"found batches of {batch} (OOM when allocating tensor)" in lines[0]
    assert f"--batch-size {smaller} " in lines[1]
