"""Which words agree to an appointment."""

import pytest

from leads.scheduling.agreement_words import agrees


@pytest.mark.parametrize(
    "phrase",
    [
        "Yes, the first one works for me.",
        "Tuesday at two is fine",
        "No problem, Tuesday it is",
        "No, Wednesday works better",
        "Sure, why not",
        "I can't wait, book it",
        "OK",
        "I don't mind, the first one",
        "yes please don’t forget to bring the papers",
    ],
)
def test_agreement_is_heard(phrase: str) -> None:
    assert agrees(phrase)


@pytest.mark.parametrize(
    "phrase",
    [
        "",
        "   ",
        "...",
        "No.",
        "nope, sorry",
        "No, neither of those works for me",
        "I can't do Tuesday",
        "that doesn’t work",
        "I don't think so",
        "maybe",
        "let me think about it",
        "not sure that works",
        "some other time",
        "hold on",
    ],
)
def test_a_refusal_a_maybe_and_silence_are_not_agreement(phrase: str) -> None:
    assert not agrees(phrase)
