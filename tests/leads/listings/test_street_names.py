"""Street suffixes: one table for writing, hearing and reading them aloud."""

import pytest

from calls.speech.normalization.streets import AMBIGUOUS_SUFFIXES, SUFFIXES
from leads.listings.street_names import ABBREVIATIONS, is_street_suffix, without_variants


@pytest.mark.parametrize("word", ["lane", "ln", "street", "st", "way", "terrace", "ter", "cove"])
def test_a_suffix_is_known_in_full_and_abbreviated(word: str) -> None:
    assert is_street_suffix(word)


@pytest.mark.parametrize("word", ["orchard", "run", "pass", "highway", "", "north"])
def test_names_everyday_words_and_landmarks_are_no_suffixes_by_themselves(word: str) -> None:
    assert not is_street_suffix(word)


def test_two_ways_of_writing_an_address_become_one() -> None:
    assert without_variants("14 orchard lane") == without_variants("14  orchard ln") == "14 orchard ln"


def test_every_abbreviation_is_read_aloud_in_full() -> None:
    assert {short.title(): name.title() for name, short in ABBREVIATIONS.items()} == SUFFIXES | AMBIGUOUS_SUFFIXES
    assert set(SUFFIXES) == {"Ave", "Blvd", "Hwy", "Ln", "Pkwy", "Rd"}
