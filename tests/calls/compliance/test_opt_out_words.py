"""What words and keys are a wish not to be called again, however they are said or misheard."""

import time
import tomllib
from pathlib import Path

import pytest

from calls.agent import phrases
from calls.compliance.opt_out_words import Wish, asks_whether_to_stop, is_opt_out, may_be_opt_out, opt_out_by, wish_in
from leads.models import Suppression

ROWS = tomllib.loads((Path(__file__).parent / "opt_outs.toml").read_text())
OF_THE_LAW = ("stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe")  # 47 CFR 64.1200(a)(10)


def test_the_tables_are_long_enough_to_mean_something() -> None:
    assert (len(set(ROWS["clear"])), len(set(ROWS["asks_first"])), len(set(ROWS["ordinary"]))) >= (180, 45, 80)


@pytest.mark.parametrize("heard", ROWS["clear"])
def test_a_wish_not_to_be_called_is_heard(heard: str) -> None:
    assert wish_in(heard) is Wish.CLEAR


@pytest.mark.parametrize("heard", ROWS["asks_first"])
def test_a_stop_with_more_words_behind_it_is_asked_about(heard: str) -> None:
    assert wish_in(heard) is Wish.UNCLEAR


@pytest.mark.parametrize("heard", ["", *ROWS["ordinary"]])
def test_ordinary_talk_is_not_taken_for_it(heard: str) -> None:
    assert wish_in(heard) is Wish.NONE


@pytest.mark.parametrize("word", OF_THE_LAW)
@pytest.mark.parametrize("said", ["{}", "{}.", "Please {}!", "No, {}. Thank you.", "{}, {}"])
def test_each_word_of_the_law_is_one_when_it_is_all_that_is_said(word: str, said: str) -> None:
    for spelling in (word, word.upper(), word.title()):
        assert is_opt_out(said.format(spelling, spelling))


@pytest.mark.parametrize("keys", ["9", "9#", " 9 ", "99", "999", "9 9", "*9", "9*", "9#9#"])
def test_the_key_the_opening_names_is_the_wish_pressed_once_or_more(keys: str) -> None:
    assert opt_out_by(keys=keys) == Suppression.Reason.KEYPAD.value


@pytest.mark.parametrize("keys", ["", "1", "90", "5125550199", "*", "#", "199", "9991"])
def test_no_other_key_is(keys: str) -> None:
    assert opt_out_by(keys=keys) is None


def test_words_are_the_wish_where_no_key_was_pressed() -> None:
    assert opt_out_by(speech="Please stop calling me.") == Suppression.Reason.VERBAL_REQUEST.value
    assert opt_out_by(speech="Please stop calling me.", keys="1") is None
    assert opt_out_by(speech="Tomorrow at ten.") is None
    assert opt_out_by() is None


def test_our_question_is_known_as_one_and_the_opening_is_not() -> None:
    assert asks_whether_to_stop(phrases.SURE_TO_STOP)
    assert asks_whether_to_stop("Should I make sure that we never call you again, Maria?")
    assert not asks_whether_to_stop("Say stop or press 9 to opt out. This call is recorded. Is now a good time?")
    assert not asks_whether_to_stop(phrases.OPTED_OUT)


@pytest.mark.parametrize(
    "answer", ["Yes.", "Yes, please.", "Yeah", "Sure", "Right.", "Stop talking.", "Sí", "Sí, por favor"]
)
def test_a_yes_to_that_question_is_the_wish(answer: str) -> None:
    assert opt_out_by(speech=answer, asked=True) == Suppression.Reason.VERBAL_REQUEST.value
    assert opt_out_by(speech=answer) is None


@pytest.mark.parametrize(
    "answer",
    [
        "No.",
        "No, I have a question.",
        "Oh no, go on.",
        "Yeah, no, keep going.",
        "Not at all",
        "What?",
        "You can call me",
    ],
)
def test_anything_else_is_not(answer: str) -> None:
    assert opt_out_by(speech=answer, asked=True) is None


@pytest.mark.parametrize(
    "words", ["stop ", "s t o p ", "i am just ", "do not want to get any more ", "a, ", "opt out of "]
)
def test_a_caller_who_does_not_stop_is_judged_in_time(words: str) -> None:
    began = time.process_time()
    wish_in(words * 1000)
    assert time.process_time() - began < 2


def test_a_question_is_asked_only_where_it_may_be_one() -> None:
    assert may_be_opt_out("Wait, stop, one question.")
    assert not may_be_opt_out("Stop.")
    assert not may_be_opt_out("Tuesday at ten.")
