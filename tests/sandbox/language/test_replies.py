"""Short replies as a recognizer writes them."""

import pytest

from sandbox.language.replies import bare, content_words, is_noise, is_question, opts_out, says_no, says_yes


@pytest.mark.parametrize("text", ["No problem.", "Not bad."])
def test_not_every_no_is_a_refusal(text):
    assert not says_no(text)


def test_yes_no_and_stop_are_told_apart():
    assert says_yes("Yes, that works.")
    assert says_no("No, thank you.")
    assert opts_out("Please take me off your list.")
    assert not opts_out("Can you stop at three bedrooms?")


def test_words_are_compared_without_case_and_punctuation():
    assert bare("Yes, I'm   HERE!") == bare("yes i'm here")
    assert "bedrooms" in content_words("I need three bedrooms, please.")


def test_a_question_is_known_without_its_mark_and_a_noise_is_none():
    assert is_question("how many bedrooms do you need")
    assert is_noise("")
    assert not is_noise("Three bedrooms.")
