"""Numbers in English words."""

import pytest

from leads.number_words import ONES, TENS, cardinal, ordinal


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (20, "twenty"),
        (47, "forty-seven"),
        (100, "one hundred"),
        (450_000, "four hundred fifty thousand"),
        (1_200_001, "one million two hundred thousand one"),
    ],
)
def test_whole_numbers(number: int, words: str) -> None:
    assert cardinal(number) == words


def test_the_days_of_a_month() -> None:
    said = [ordinal(day) for day in range(1, 32)]
    assert said[:5] == ["first", "second", "third", "fourth", "fifth"]
    assert (said[7], said[8], said[11], said[19]) == ("eighth", "ninth", "twelfth", "twentieth")
    assert said[20:23] == ["twenty-first", "twenty-second", "twenty-third"]
    assert said[30] == "thirty-first"
    assert len(set(said)) == 31


def test_the_tables_are_in_order() -> None:
    assert [ONES.index(word) for word in ("one", "ten", "nineteen")] == [1, 10, 19]
    assert [TENS.index(word) for word in ("twenty", "ninety")] == [2, 9]
