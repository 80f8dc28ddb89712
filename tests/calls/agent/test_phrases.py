"""The fixed sentences: sayable as they are written, and rendered ahead where somebody waits."""

import pytest

from calls.agent import phrases
from calls.speech.normalization import normalize, readable


def fixed() -> list[str]:
    """Every sentence of the module."""
    given = [value for name, value in vars(phrases).items() if name.isupper()]
    return [text for value in given for text in ((value,) if isinstance(value, str) else value)]


@pytest.mark.parametrize("text", sorted(set(fixed())))
def test_a_phrase_is_said_as_it_is_written(text: str) -> None:
    assert normalize(text) == text == readable(text)
    assert text[-1] in ".?"


def test_what_bridges_a_wait_is_rendered_ahead() -> None:
    assert set(phrases.FILLERS) <= set(phrases.CONVERSATIONAL)
    assert phrases.FILLER in phrases.REALTIME


def test_the_last_words_say_goodbye() -> None:
    for text in (phrases.GIVING_UP, phrases.PROMISE, phrases.OPTED_OUT, phrases.GOODBYE):
        assert text.endswith("Goodbye.")
