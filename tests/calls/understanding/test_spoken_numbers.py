"""Numbers as callers say them and recognizers write them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calls.understanding.spoken_numbers import numbers_in, twin
from sandbox.language.numbers import in_words


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("four fifty", [450]),
        ("four hundred and fifty thousand", [450_000]),
        ("450k", [450_000]),
        ("$1.2 million", [1_200_000]),
        ("one point two million", [1_200_000]),
        ("a million two", [1_200_000]),
        ("a million two fifty", [1_250_000]),
        ("one and a half million", [1_500_000]),
        ("half a million", [500_000]),
        ("three quarters of a million", [750_000]),
        ("a hundred and ten thousand", [110_000]),
        ("two and a half baths", [2.5]),
        ("three and two", [3, 2]),
        ("nineteen ninety-five", [1995]),
        ("four oh five", [405]),
        ("twelve hundred square feet", [1200]),
        ("between 400 and 450 thousand", [400, 450_000]),
        ("five one two", [5, 1, 2]),
        ("nothing of the kind", []),
    ],
)
def test_numbers_are_found_in_the_order_they_are_said(said: str, values: list[float]) -> None:
    assert [number.value for number in numbers_in(said)] == values


@given(st.integers(1, 999_999_999).filter(lambda number: number < 1_000_000 or not 0 < number % 1_000_000 < 1_000))
def test_every_whole_number_said_in_full_is_understood(number: int) -> None:
    """But for "one million one", which is 1,100,000 where homes are sold."""
    assert [found.value for found in numbers_in(in_words(number))] == [number]


@example("9" * 400)
@given(st.text(max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    assert all(number.value >= 0 for number in numbers_in(text))


@pytest.mark.parametrize(
    ("value", "other"),
    [
        (15, 50),
        (50, 15),
        (450_000, 415_000),
        (415_000, 450_000),
        (1_950, 1_915),
        (3, None),
        (2.5, None),
        (500_000, None),
    ],
)
def test_a_number_may_have_a_twin_it_is_mistaken_for(value: float, other: float | None) -> None:
    assert twin(value) == other
