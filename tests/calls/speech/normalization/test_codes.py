"""Phone numbers digit by digit, initials letter by letter."""

import pytest

from calls.speech.normalization import normalize

EXAMPLES = {
    "(512) 555-0123": "five one two, five five five, zero one two three",
    "Call +1 512-555-0123.": "Call one, five one two, five five five, zero one two three.",
    "555-0123": "five five five, zero one two three",
    "Say stop or press 9 to opt out.": "Say stop or press nine to opt out.",
}


@pytest.mark.parametrize(("written", "said"), EXAMPLES.items())
def test_codes_are_said_as_a_person_would(written: str, said: str) -> None:
    assert normalize(written) == said
