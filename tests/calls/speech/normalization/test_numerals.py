"""Numbers in words, as Americans say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.speech.normalization.numerals import count, house_number, year
from leads.number_words import cardinal, ordinal


@given(st.integers(0, 10**15 - 1))
def test_every_count_has_words_of_its_own(number: int) -> None:
    assert _value(cardinal(number)) == number
    assert count(f"{number:,}") == cardinal(number)


def _value(words: str) -> int:
    """The number back from its words."""
    scales = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
    small = {cardinal(number): number for number in range(100)}
    total = part = 0
    for word in words.split():
        if word == "hundred":
            part *= 100
        elif word in scales:
            total, part = total + part * scales[word], 0
        else:
            part += small[word]
    return total + part


@pytest.mark.parametrize(
    ("digits", "said"),
    [
        ("7", "seven"),
        ("405", "four oh five"),
        ("400", "four hundred"),
        ("412", "four twelve"),
        ("1000", "one thousand"),
        ("1200", "twelve hundred"),
        ("1204", "twelve oh four"),
        ("11204", "one twelve oh four"),
        ("110000", "one hundred ten thousand"),
        ("100200", "ten oh two oh oh"),
        ("0405", "zero four zero five"),
    ],
)
def test_house_numbers_are_said_in_pairs(digits: str, said: str) -> None:
    assert house_number(digits) == said


@pytest.mark.parametrize(
    ("digits", "said"),
    [
        ("1900", "nineteen hundred"),
        ("1905", "nineteen oh five"),
        ("2000", "two thousand"),
        ("2026", "twenty twenty-six"),
    ],
)
def test_years_are_said_in_pairs(digits: str, said: str) -> None:
    assert year(digits) == said


def test_ranks() -> None:
    said = "first second third fifth eighth ninth twelfth twentieth twenty-first hundredth"
    assert " ".join(ordinal(number).split()[-1] for number in (1, 2, 3, 5, 8, 9, 12, 20, 21, 100)) == said
