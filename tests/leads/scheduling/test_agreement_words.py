"""A caller's yes and no: one vocabulary, asked whether it confirms a value or accepts an offered time."""

import pytest

from leads.scheduling.agreement_words import accepts_offered_time, says_no, says_yes


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
def test_these_accept_an_offered_time(phrase: str) -> None:
    assert accepts_offered_time(phrase)


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
def test_a_refusal_a_maybe_and_silence_do_not(phrase: str) -> None:
    assert not accepts_offered_time(phrase)


@pytest.mark.parametrize(
    "words", ["Yes.", "yeah, that's right", "Correct", "mm-hmm", "that works", "no problem, yes", "Sure, why not", "OK"]
)
def test_these_say_yes(words: str) -> None:
    assert says_yes(words)
    assert not says_no(words)


@pytest.mark.parametrize("words", ["No.", "that's not right", "nope, fifteen", "Um, no", "that's wrong", "I didn't"])
def test_these_say_no(words: str) -> None:
    assert says_no(words)
    assert not says_yes(words)


@pytest.mark.parametrize(
    "words", ["what?", "four fifty", "", "Yes? Who is this?", "Right now I'm driving", "Alaska Air"]
)
def test_these_say_neither(words: str) -> None:
    assert not says_yes(words)
    assert not says_no(words)


# One vocabulary, two questions. Words of agreement and denial mean the same in both; these are the cases in which two
# vocabularies once differed, and the two in which the questions themselves do.
@pytest.mark.parametrize(
    ("words", "yes", "no", "accepts"),
    [
        ("sure", True, False, True),
        ("not sure", False, True, False),
        ("maybe", False, False, False),
        ("yes, maybe", False, False, False),
        ("yeah, let me think about it", False, False, False),
        ("Um, no", False, True, False),
        ("that's not right", False, True, False),
        ("wrong", False, True, False),
        ("I didn't say that", False, True, False),
        ("never", False, True, False),
        ("not a problem", True, False, True),
        ("I can't wait", True, False, True),
        ("don't worry, yes", True, False, True),
        ("it doesn't matter", False, False, True),
        ("Tuesday at two", False, False, True),  # naming an offered time takes it, and confirms no value
        ("No, Wednesday works better", False, True, True),  # denies what was read back, and takes another time
        ("yes, I can't go higher", True, False, False),  # a limit confirms a price, and takes no time
    ],
)
def test_each_word_means_the_same_to_both_questions(words: str, yes: bool, no: bool, accepts: bool) -> None:
    assert (says_yes(words), says_no(words), accepts_offered_time(words)) == (yes, no, accepts)
