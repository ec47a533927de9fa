"""JSON that strangers wrote: an object, or a ValueError that says why not."""

import contextlib
import json

import pytest
from common.files.json_text import parse_object
from hypothesis import given, settings
from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@settings(max_examples=500, deadline=None)
@given(JSON)
def test_objects_are_read_and_all_else_is_refused(value: object) -> None:
    text = json.dumps(value)
    if isinstance(value, dict):
        assert parse_object(text) == value
    else:
        with pytest.raises(ValueError, match="no JSON object"):
            parse_object(text)


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=12))
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(parse_object(content), dict)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ('{"a": 1, "a": 2}', "the name 'a' twice"),
        ("", "Expecting value"),
        ("{", "Expecting property name"),
    ],
)
def test_deep_doubled_and_cut_texts(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        parse_object(text)
