"""A caller's yes and no."""

import pytest

from calls.understanding.assent import assents, denies


@pytest.mark.parametrize(
    "words", ["Yes.", "yeah, that's right", "Correct", "mm-hmm", "that works", "no problem, yes", "Sure, why not", "OK"]
)
def test_these_agree(words: str) -> None:
    assert assents(words)
    assert not denies(words)


@pytest.mark.parametrize("words", ["No.", "that's not right", "nope, fifteen", "Um, no", "that's wrong", "I didn't"])
def test_these_deny(words: str) -> None:
    assert denies(words)
    assert not assents(words)


@pytest.mark.parametrize(
    "words", ["what?", "four fifty", "", "Yes? Who is this?", "Right now I'm driving", "Alaska Air"]
)
def test_these_do_neither(words: str) -> None:
    assert not assents(words)
    assert not denies(words)
