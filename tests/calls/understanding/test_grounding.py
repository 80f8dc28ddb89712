"""What a value stands on: the caller's words, how clearly they were heard, and a read-back that was answered."""

from datetime import UTC, datetime

import pytest

from calls.understanding.critical_values import CriticalValue, critical_values_of
from calls.understanding.grounding import (
    Dialogue,
    DialogueLine,
    Evidence,
    dialogue_of,
    grounding_of,
    has_been_said,
    question_for,
    read_back,
)

ASK = "What is your budget?"
CONFIRM = "Just to be sure, did you say a budget of up to $450,000?"


def budget(dollars: int = 450_000) -> CriticalValue:
    [value] = critical_values_of("save_lead_preferences", {"price_max": dollars})
    return value


def talk(*lines: tuple[str, str, float | None]) -> Dialogue:
    """(question, answer, confidence) each."""
    return dialogue_of(
        line
        for question, answer, confidence in lines
        for line in (DialogueLine(False, question), DialogueLine(True, answer, confidence))
    )


@pytest.mark.parametrize(
    ("confidence", "evidence"),
    [
        (0.93, Evidence.HEARD),
        (None, Evidence.HEARD),
        (0.7, Evidence.HEARD),
        (0.69, Evidence.DOUBTFUL),  # 450 has a twin, 415
        (0.4, Evidence.DOUBTFUL),
    ],
)
def test_a_number_with_a_twin_must_be_heard_clearly(confidence: float | None, evidence: Evidence) -> None:
    assert grounding_of(budget(), talk((ASK, "four fifty", confidence))).evidence is evidence


def test_a_number_without_a_twin_may_be_heard_less_clearly() -> None:
    assert grounding_of(budget(500_000), talk((ASK, "half a million", 0.6))).evidence is Evidence.HEARD


def test_an_earlier_turn_counts() -> None:
    said = talk((ASK, "four fifty", 0.9), ("How many bedrooms?", "three", 0.9), ("How soon?", "soon", 0.9))
    assert grounding_of(budget(), said).place == 0


def test_what_nobody_said_is_doubtful() -> None:
    assert grounding_of(budget(), talk((ASK, "it depends", 0.9))).evidence is Evidence.DOUBTFUL


@pytest.mark.parametrize("answer", ["Yes.", "That's right.", "four fifty", "yes four hundred fifty thousand"])
def test_a_read_back_is_agreed_to_by_a_yes_or_by_saying_it_again(answer: str) -> None:
    assert grounding_of(budget(), talk((ASK, "four fifty", 0.4), (CONFIRM, answer, 0.9))).evidence is Evidence.AGREED


@pytest.mark.parametrize(
    ("answer", "confidence"), [("Yes.", 0.45), ("No.", 0.9), ("Yes, four fifteen.", 0.9), ("Who is this?", 0.9)]
)
def test_an_unclear_yes_a_no_and_another_number_agree_to_nothing(answer: str, confidence: float) -> None:
    asked = talk((ASK, "four fifty", 0.4), (CONFIRM, answer, confidence))
    assert grounding_of(budget(), asked).evidence is Evidence.DOUBTFUL


def test_two_unclear_yeses_are_a_clear_one() -> None:
    once = ((ASK, "four fifty", 0.4), (CONFIRM, "Yes.", 0.45))
    assert grounding_of(budget(), talk(*once)).evidence is Evidence.DOUBTFUL
    assert grounding_of(budget(), talk(*once, (CONFIRM, "Yes.", 0.45))).evidence is Evidence.AGREED
    assert grounding_of(budget(), talk(*once, (CONFIRM, "No.", 0.45))).evidence is Evidence.DOUBTFUL


def test_a_no_takes_back_what_was_heard_clearly_before() -> None:
    asked = talk((ASK, "four fifty", 0.95), (CONFIRM, "No, four fifteen.", 0.6))
    assert grounding_of(budget(), asked).evidence is Evidence.DOUBTFUL
    assert grounding_of(budget(415_000), asked).evidence is Evidence.HEARD  # the correction needs no second one


def test_a_no_to_another_question_takes_nothing_back() -> None:
    asked = talk((ASK, "four fifty", 0.95), ("Up to $450,000, understood. Do you have an agent?", "No.", 0.9))
    assert grounding_of(budget(), asked).evidence is Evidence.HEARD


def test_a_no_to_one_of_two_times_takes_the_other() -> None:
    start = datetime(2026, 11, 25, 14, tzinfo=UTC)
    [time] = critical_values_of("schedule_appointment", {}, start=start)
    offer = "Would Tuesday, November 24 at 10 AM suit you, or Wednesday, November 25 at 2 PM?"
    assert grounding_of(time, talk((offer, "No, the second one is better.", 0.9))).evidence is not Evidence.DOUBTFUL
    assert grounding_of(time, talk((offer, "No, neither.", 0.9))).evidence is Evidence.DOUBTFUL


def test_is_that_right_asks_about_the_sentence_before_it() -> None:
    asked = talk((ASK, "four fifty", 0.4), ("I have $450,000 as your budget. Is that right?", "Yes.", 0.9))
    assert grounding_of(budget(), asked).evidence is Evidence.AGREED


def test_homes_that_are_named_are_no_question_for_the_budget() -> None:
    asked = talk(("12 Orchard Lane is at $450,000. Would you like to see it?", "Yes.", 0.9))
    assert grounding_of(budget(), asked).evidence is Evidence.DOUBTFUL


def test_what_was_not_understood_leaves_the_question_open() -> None:
    asked = talk(
        (ASK, "mumble", 0.1), ("Sorry, I didn't catch that.", "um", 0.9), ("Are you there?", "four fifty", 0.9)
    )
    [exchange] = asked.exchanges
    assert exchange.question.startswith(ASK)
    assert grounding_of(budget(), asked).evidence is Evidence.HEARD


def test_a_caller_who_corrects_himself_means_the_last_value() -> None:
    asked = talk((ASK, "four fifty, no wait, four fifteen", 0.9))
    assert grounding_of(budget(), asked).evidence is Evidence.DOUBTFUL
    assert grounding_of(budget(415_000), asked).evidence is Evidence.HEARD


def test_a_question_whose_answer_was_not_understood_may_be_answered_after_the_reprompt() -> None:
    asked = talk((CONFIRM, "mumble", 0.1), ("Sorry, I didn't catch that. Could you say it again?", "Yes.", 0.9))
    assert grounding_of(budget(), asked).evidence is Evidence.AGREED


def test_typed_digits_are_certain() -> None:
    assert grounding_of(budget(), talk((ASK, "(pressed 450000)", None))).evidence is Evidence.HEARD


def test_a_value_is_said_once_the_agent_has_named_it_since() -> None:
    heard = talk((ASK, "four fifty", 0.9))
    assert not has_been_said(budget(), heard, now_said="All right. How many bedrooms?")
    assert has_been_said(budget(), heard, now_said="Up to $450,000, understood.")
    assert has_been_said(budget(), heard, now_said="Four hundred fifty thousand, got it.")
    assert has_been_said(budget(), talk((ASK, "four fifty", 0.9), ("Up to $450,000. Beds?", "three", 0.9)), now_said="")


def test_the_keypad_is_offered_when_a_number_is_asked_for_again() -> None:
    assert question_for([budget()]) == CONFIRM
    assert question_for([budget()], again=True).startswith("You can also type it on your keypad")


def test_saved_values_are_read_back_in_one_sentence() -> None:
    values = critical_values_of("save_lead_preferences", {"price_max": 450_000, "beds_min": 3, "baths_min": 1})
    assert read_back(values) == "I have a budget of up to $450,000, 3 bedrooms and 1 bathroom."
    assert read_back([]) == ""


def test_a_question_that_was_cut_off_has_been_asked() -> None:
    cut_off = CONFIRM.removesuffix(",000?")
    assert (
        grounding_of(budget(), talk((ASK, "four fifty", 0.4), (CONFIRM[:-1], "Yes.", 0.9))).evidence is Evidence.AGREED
    )
    assert grounding_of(budget(), talk((ASK, "four fifty", 0.4), (cut_off, "Yes.", 0.9))).evidence is not Evidence.HEARD
