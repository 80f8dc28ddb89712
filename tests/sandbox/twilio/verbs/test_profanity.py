"""Profanity in recognized speech."""

import pytest

from sandbox.twilio.verbs.profanity import starred


@pytest.mark.parametrize(
    ("text", "shown"),
    [("That's bullshit.", "That's b*******."), ("Damned house", "D***** house"), ("A class act", "A class act")],
)
def test_a_bad_word_keeps_its_first_letter(text, shown):
    assert starred(text) == shown
