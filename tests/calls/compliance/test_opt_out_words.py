"""What words and keys are a wish not to be called again, however they are said or misheard."""

import pytest

from calls.compliance.opt_out_words import is_opt_out, opt_out_by
from leads.models import Suppression


@pytest.mark.parametrize(
    "heard",
    [
        "Stop.",
        "stop",
        "Please stop.",
        "I said stop!",
        "Okay, stop it.",
        "No. Stop. Thank you.",
        "Stop calling me.",
        "You need to stop calling this number",
        "Quit calling",
        "Don't call me again.",
        "don’t ever call here again",
        "Do not call me",
        "Do not call.",
        "Never call my house again",
        "Take me off your list.",
        "Please remove me from the list",
        "remove my number",
        "Lose my number.",
        "unsubscribe",
        "I want to opt out",
        "No more calls, please.",
        "I'm on the do not call list",
        "Leave me alone",
        "Do not contact me anymore",
        "don't call me back",
        # as 8 kHz recognizers write it
        "due not call",
        "Stop call in me.",
        "stopped calling me",
        "Do knot call me again",
        "take me of your list",
        "loose my number",
        "on subscribe",
        "quite calling me",
        "Stop cold calling. Stop col ing me.",
        "Please stop colin me",
    ],
)
def test_a_wish_not_to_be_called_is_heard(heard: str) -> None:
    assert is_opt_out(heard)


@pytest.mark.parametrize(
    "heard",
    [
        "",
        "Yes, the first one works for me.",
        "I could stop by on Tuesday.",
        "There's a bus stop at the corner.",
        "Can you stop at three bedrooms?",
        "One stop shopping would be nice",
        "Don't call me before five, please.",
        "Please don't call me at work.",
        "Do not call me tomorrow, call me on Friday.",
        "You can call me tomorrow.",
        "I don't want a pool.",
        "Who is calling?",
        "We never stop looking at houses",
        "Call me again next week.",
        "No, that's all. Thank you. Goodbye.",
        "When did you stop calling it Old Mill?",
    ],
)
def test_ordinary_talk_is_not_taken_for_it(heard: str) -> None:
    assert not is_opt_out(heard)


@pytest.mark.parametrize("keys", ["9", "9#", " 9 "])
def test_the_key_the_opening_names_is_the_wish(keys: str) -> None:
    assert opt_out_by(keys=keys) == Suppression.Reason.KEYPAD.value


@pytest.mark.parametrize("keys", ["", "1", "90", "5125550199", "*"])
def test_no_other_key_is(keys: str) -> None:
    assert opt_out_by(keys=keys) is None


def test_words_are_the_wish_where_no_key_was_pressed() -> None:
    assert opt_out_by(speech="Please stop calling me.") == Suppression.Reason.VERBAL_REQUEST.value
    assert opt_out_by(speech="Please stop calling me.", keys="1") is None
    assert opt_out_by(speech="Tomorrow at ten.") is None
    assert opt_out_by() is None
