"""Typographic signs and ranges in words."""

import pytest

from calls.speech.normalization import normalize

EXAMPLES = {
    "a 1/2 acre lot, 2½ baths": "a one half acre lot, two and a half baths",
    "3+ bedrooms, 2-car garage": "three or more bedrooms, two-car garage",
    "a 12x14 room": "a twelve by fourteen room",
    "w/ pool & spa, ~5 min away": "with pool and spa, about five minutes away",
    "open 24/7": "open twenty-four seven",
}


@pytest.mark.parametrize(("written", "said"), EXAMPLES.items())
def test_signs_are_said_as_a_person_would(written: str, said: str) -> None:
    assert normalize(written) == said
