"""What a normalization rule is."""

import re

import pytest

from calls.speech.normalization.patterns import NUMBER, rule, singular_or_plural, word_list


def test_a_rule_says_fixed_words_or_makes_them_from_the_match() -> None:
    pattern, words = rule(r"&", " and ")
    assert pattern.sub(words, "pool&spa") == "pool and spa"
    pattern, words = rule(r"[0-9]+", lambda match: "n" * len(match[0]))
    assert pattern.sub(words, "12 of 345") == "nn of nnn"


@pytest.mark.parametrize(
    ("number", "form"), [("1", "mile"), ("01", "mile"), ("0", "miles"), ("2", "miles"), ("1.5", "miles")]
)
def test_only_one_is_singular(number: str, form: str) -> None:
    assert singular_or_plural(number, "mile", "miles") == form


@pytest.mark.parametrize("number", ["7", "450000", "450,000", "2.5", "1,250,000.75"])
def test_numbers_are_read_with_their_commas_and_decimals(number: str) -> None:
    assert re.fullmatch(NUMBER, number)


@pytest.mark.parametrize("number", ["1,2", "4,50", ".5", "1.2.3"])
def test_other_runs_of_digits_are_no_number(number: str) -> None:
    assert not re.fullmatch(NUMBER, number)


def test_a_list_of_words_is_written_on_one_line() -> None:
    assert word_list("bed  bath") == ("bed", "bath")
