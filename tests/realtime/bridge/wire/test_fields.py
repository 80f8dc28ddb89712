"""Fields of a peer's JSON: what is there is returned fit for further use, what is not is named by the error."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from realtime.bridge.wire import fields

type Reader = Callable[[Mapping[str, Any], str], object]


@pytest.mark.parametrize(
    ("read", "value", "found"),
    [
        (fields.part, {"a": 1}, {"a": 1}),
        (fields.identifier, "MZ1", "MZ1"),
        (fields.human_text, "a\x00b\ud800", "ab"),
        (fields.human_text, "", ""),
        (fields.audio, "/w==", "/w=="),
        (fields.count, "20", 20),
        (fields.count, 20.9, 20),
        (fields.count, 0, 0),
    ],
)
def test_a_field_of_the_right_kind_is_read(read: Reader, value: object, found: object) -> None:
    assert read({"field": value}, "field") == found


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (fields.part, []),
        (fields.identifier, ""),
        (fields.identifier, "x" * 201),
        (fields.identifier, "line\nbreak"),
        (fields.identifier, 7),
        (fields.human_text, None),
        (fields.audio, 'x"}'),
        (fields.audio, "A" * (fields.MAX_PAYLOAD + 4)),
        (fields.count, -1),
        (fields.count, True),
        (fields.count, "NaN"),
        (fields.count, float("nan")),
        (fields.count, 10**15),
    ],
)
def test_a_field_of_another_kind_is_named_and_not_quoted(read: Reader, value: object) -> None:
    with pytest.raises(fields.BadField) as raised:
        read({"field": value}, "field")
    assert str(raised.value) == "field"


@pytest.mark.parametrize("read", [fields.part, fields.identifier, fields.human_text, fields.audio, fields.count])
def test_a_missing_field_is_named(read: Reader) -> None:
    with pytest.raises(fields.BadField, match=r"^missing$"):
        read({}, "missing")


@pytest.mark.parametrize("value", [None, [], "text", 7])
def test_a_message_that_is_no_object_is_a_bad_one(value: object) -> None:
    with pytest.raises(fields.BadField, match=r"^object$"):
        fields.as_object(value)


def test_a_count_that_may_be_missing_is_none() -> None:
    assert [fields.count_or_none(value) for value in (None, "x", -1, "12")] == [None, None, None, 12]
