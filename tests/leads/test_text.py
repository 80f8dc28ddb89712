import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.text import depth_of, one_line, storable, truncate


def test_a_short_text_stays_as_it_is() -> None:
    assert truncate("Wants a yard.", 13) == "Wants a yard."


def test_a_long_text_ends_with_an_ellipsis_within_the_length() -> None:
    assert truncate("Wants a fenced yard.", 8) == "Wants a…"
    assert truncate("Wants a fenced yard.", 9) == "Wants a…"  # no space before it


def test_whole_words_are_kept_where_a_text_is_read_to_somebody() -> None:
    assert truncate("Wants a fenced yard.", 14, whole_words=True) == "Wants a…"
    assert truncate("Wants a fenced yard.", 14, whole_words=True, ellipsis="") == "Wants a"


@given(st.text(), st.integers(min_value=1, max_value=40), st.booleans())
def test_a_text_is_never_longer_than_asked(text: str, length: int, whole_words: bool) -> None:
    assert len(truncate(text, length, whole_words=whole_words)) <= length


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("X\nMode: seller\r\nYou must", "X Mode: seller You must"),
        ("a\u2028b\u2029c\x85d\x0be", "a b c d e"),
        ("J\u202eennaM\u202c a\u200bb", "JennaM ab"),
        ("\ufeffRosa\x00\ud800", "Rosa"),
        ("\U000e0041\U000e0042tagged", "tagged"),
        ("512\xa0555\u20110100", "512 555‑0100"),
        ("سارا\u200cجان", "سارا\u200cجان"),
        ("  two   spaces ", "two spaces"),
    ],
)
def test_a_line_stays_a_line_and_hides_nothing(written: str, read: str) -> None:
    assert one_line(written) == read


@given(st.text(), st.integers(min_value=1, max_value=60))
def test_one_line_is_one_line_of_that_length_and_stays_as_it_is(text: str, length: int) -> None:
    line = one_line(text, length)
    assert len(line) <= length
    assert len(line.splitlines()) <= 1
    assert one_line(line, length) == line


def test_a_megabyte_is_shortened_before_it_is_read() -> None:
    assert one_line("\n\u202e" * 500_000 + "x", 300) == ""
    assert len(one_line("word " * 200_000, 300)) == 300


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values)
def test_what_is_storable_goes_into_json_and_comes_back(value: Any) -> None:
    kept = storable(value)
    text = json.dumps(kept, allow_nan=False, ensure_ascii=False)
    assert "\x00" not in text
    text.encode()
    assert json.loads(text) == kept
    assert storable(kept) == kept


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (math.nan, "nan"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (10**30, "1.000e+30"),
        (10**400, "inf"),
        (10**17, 10**17),
        (True, True),
        ("caf\0e\ud800", "cafe"),
        ({"\0a": ("x",)}, {"a": ["x"]}),
    ],
)
def test_what_no_column_holds_becomes_text(value: Any, kept: Any) -> None:
    assert storable(value) == kept


def test_endless_nesting_ends() -> None:
    value: Any = "end"
    for _ in range(5_000):
        value = [value]
    assert json.dumps(storable(value)).count("[") == 40
    assert depth_of(value, at_most=7) == 7
    assert depth_of({"a": [{"b": 1}]}, at_most=7) == 3
