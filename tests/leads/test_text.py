from hypothesis import given
from hypothesis import strategies as st

from leads.text import truncate


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
