"""Answers begun while the caller may still be speaking: used when the result says the same, else dropped."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings

from calls.conversational.generation import preemptive
from calls.conversational.generation.preemptive import begin, digest
from calls.conversational.timing import TIMING, Clock, Timing
from calls.models import Call, CallStatus, CallType, ConversationStep, EarlyAnswer, ToolUse, Usage
from calls.providers import ChatEnd, ProviderError
from calls.understanding.recognition_results import (
    PartialResult,
    RecognitionResult,
    may_be_complete,
    read_partial_result,
)
from tests.calls.carrier_stub import hook
from tests.calls.conversational import engine
from tests.calls.vendors import BreaksOff, Fails, Uses, Vendors, says
from tests.people import make_call, make_lead

pytestmark = pytest.mark.django_db(transaction=True)  # answers are made in a thread of their own
WORDS = "I want a house near the lake"
LIVELY = replace(engine.PATIENT, lost=1.0, beat=0.1)
ANSWER = "A house near the lake, lovely. How many bedrooms do you need?"


@pytest.fixture
def call(vendors: Vendors, omar: Any) -> Call:
    """A conversational call whose opening has been heard."""
    call = make_call(make_lead(owner=omar), type=CallType.CONVERSATIONAL)
    engine.first_twiml(call)
    ConversationStep.objects.filter(call=call).update(listens_at=now() - timedelta(minutes=1))
    return call


def spoken(call: Call, number: int) -> str:
    return " ".join(part["text"] for part in ConversationStep.objects.get(call=call, number=number).parts)


def answered(
    call: Call, number: int, words: str, confidence: float | None = 0.9, *, timing: Timing = engine.PATIENT
) -> str:
    """The turn is taken; what is said on it, once it is all there."""
    engine.take_turn(call, number, RecognitionResult(words, confidence), timing=timing)
    until(lambda: ConversationStep.objects.get(call=call, number=number).finished_at)
    return spoken(call, number)


def until(ready: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.01)


# --- The result says the same ----------------------------------------------------------------------


def test_the_answer_begun_early_is_the_answer(call: Call, vendors: Vendors) -> None:
    vendors.script = [says(ANSWER)]
    begin(call.pk, 1, PartialResult(3, WORDS))
    rendered = list(vendors.spoken)

    assert answered(call, 1, f"{WORDS}.") == ANSWER
    assert len(vendors.chats) == 1
    assert vendors.spoken[: len(rendered)] == rendered
    assert vendors.spoken.count("A house near the lake, lovely.") == 1
    assert EarlyAnswer.objects.get().used_at


def test_its_tokens_are_booked_once(call: Call, vendors: Vendors) -> None:
    vendors.script = [says(ANSWER)]
    begin(call.pk, 1, PartialResult(0, WORDS))
    answered(call, 1, WORDS)
    assert Usage.objects.filter(call=call, meter="openai.chat_out").count() == 1


def test_the_turn_follows_an_answer_that_is_still_being_written(call: Call, vendors: Vendors) -> None:
    gate = threading.Event()
    vendors.script = [says("A house near the lake, lovely. ", "How many bedrooms?", gate=gate)]
    writing = threading.Thread(target=begin, args=(call.pk, 1, PartialResult(0, WORDS)))
    writing.start()
    until(lambda: EarlyAnswer.objects.filter(first_at__isnull=False).exists())

    document = engine.take_turn(call, 1, RecognitionResult(WORDS, 0.9))
    gate.set()
    writing.join()
    until(lambda: ConversationStep.objects.get(call=call, number=1).finished_at)

    assert "Redirect" in document
    assert spoken(call, 1) == "A house near the lake, lovely. How many bedrooms?"
    assert len(vendors.chats) == 1


def test_a_tool_asked_for_early_runs_once_and_only_in_the_turn(call: Call, vendors: Vendors) -> None:
    vendors.script = [Uses("save_lead_preferences", {"beds_min": {"value": 3, "confidence": 0.9, "confirmed": True}})]
    begin(call.pk, 1, PartialResult(0, "three bedrooms please"))
    before = ToolUse.objects.count()
    vendors.script = [says("Three bedrooms, noted.")]

    assert answered(call, 1, "Three bedrooms, please.") == "Three bedrooms, noted."
    assert (before, ToolUse.objects.count()) == (0, 1)
    assert len(vendors.chats) == 2  # the early one, and the one with the tool's result


def test_a_tool_request_that_takes_long_to_write_is_waited_for(call: Call, vendors: Vendors) -> None:
    preferences = {"beds_min": {"value": 3, "confidence": 0.9, "confirmed": True}}
    slow = Uses("save_lead_preferences", preferences, pace=0.6 * LIVELY.lost)
    vendors.script = [slow, says("Three bedrooms, noted.")]
    writing = threading.Thread(target=begin, args=(call.pk, 1, PartialResult(0, "three bedrooms please"), LIVELY))
    writing.start()
    until(lambda: EarlyAnswer.objects.exists())

    assert answered(call, 1, "Three bedrooms, please.", timing=LIVELY) == "Three bedrooms, noted."
    writing.join()
    assert ToolUse.objects.get().ok
    assert len(vendors.chats) == 2


def test_an_answer_that_was_begun_aloud_is_waited_for_while_the_model_pauses(call: Call, vendors: Vendors) -> None:
    early = half_written(call, "A house near the lake, lovely.")
    pause = 1.5 * TIMING.lost

    def goes_on(passed: float) -> None:
        if passed > pause:
            whole = {"text": f"{early.text} How many bedrooms?", "finished_at": now()}
            EarlyAnswer.objects.filter(pk=early.pk).update(**whole)

    said = list(replay(early, goes_on))
    assert "".join(piece.text for piece in said[:-1]) == "A house near the lake, lovely. How many bedrooms?"
    assert isinstance(said[-1], ChatEnd)


def test_signs_of_life_keep_a_tool_request_waited_for(call: Call, vendors: Vendors) -> None:
    early = half_written(call, "")

    def goes_on(passed: float) -> None:
        done = {"finished_at": now()} if passed > 3 * TIMING.lost else {"beats": int(passed / TIMING.beat)}
        EarlyAnswer.objects.filter(pk=early.pk).update(**done)

    assert [type(piece) for piece in replay(early, goes_on)] == [ChatEnd]


@pytest.mark.parametrize(("text", "patience"), [("", TIMING.lost), ("A house near the lake.", TIMING.lost_aloud)])
def test_one_whose_writer_gives_no_sign_is_given_up(call: Call, vendors: Vendors, text: str, patience: float) -> None:
    passed: list[float] = []
    with pytest.raises(ProviderError, match="broke off"):
        list(replay(half_written(call, text), passed.append))
    assert patience < passed[-1] < patience + 2 * TIMING.glance


def half_written(call: Call, text: str) -> EarlyAnswer:
    """An answer whose writer is at work, and has this much of it."""
    return EarlyAnswer.objects.create(call=call, number=1, asked="digest", text=text)


def replay(early: EarlyAnswer, meanwhile: Callable[[float], None]) -> Iterator[Any]:
    """What the turn is given of it, on a clock that only counts; `meanwhile` is told how long it has waited."""
    passed = [0.0]

    def sleep(seconds: float) -> None:
        passed[0] += seconds
        meanwhile(passed[0])

    return preemptive.replay(early, Timing(clock=Clock(lambda: passed[0], sleep)))


# --- It says something else ------------------------------------------------------------------------


def test_other_words_are_answered_anew_and_both_answers_are_paid(call: Call, vendors: Vendors) -> None:
    vendors.script = [says(ANSWER), says("A house for your mother, of course.")]
    begin(call.pk, 1, PartialResult(0, WORDS))

    assert answered(call, 1, f"{WORDS} for my mother") == "A house for your mother, of course."
    assert EarlyAnswer.objects.get().used_at is None
    assert Usage.objects.filter(call=call, meter="openai.chat_out").count() == 2


def test_the_same_words_with_a_doubt_are_another_request(call: Call, vendors: Vendors) -> None:
    vendors.script = [says(ANSWER), says("Did you say near the lake?")]
    begin(call.pk, 1, PartialResult(0, WORDS))
    assert answered(call, 1, WORDS, confidence=0.4) == "Did you say near the lake?"


def test_an_early_answer_that_failed_is_asked_for_again(call: Call, vendors: Vendors) -> None:
    vendors.script = [Fails(), says(ANSWER)]
    begin(call.pk, 1, PartialResult(0, WORDS))
    assert answered(call, 1, WORDS) == ANSWER


def test_one_that_breaks_off_gives_no_half_answer(call: Call, vendors: Vendors) -> None:
    vendors.script = [BreaksOff("A house near the lake"), says(ANSWER)]
    begin(call.pk, 1, PartialResult(0, WORDS))
    assert answered(call, 1, WORDS) == ANSWER


def test_one_whose_writer_died_is_waited_for_only_briefly(call: Call, vendors: Vendors) -> None:
    vendors.script = [says("Never said."), says(ANSWER)]
    begin(call.pk, 1, PartialResult(0, WORDS))
    EarlyAnswer.objects.update(text="", finished_at=None, first_at=None)
    assert answered(call, 1, WORDS, timing=replace(engine.PATIENT, lost=0.1)) == ANSWER


# --- When none is begun ----------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["", "um", "stop calling me", "I want a house near", "and my"])
def test_words_that_cannot_be_all_begin_nothing(words: str) -> None:
    assert not (words and may_be_complete(words))


@pytest.mark.parametrize("words", ["Yes.", "three bedrooms", "I do not know yet, maybe next spring"])
def test_words_that_may_be_all(words: str) -> None:
    assert may_be_complete(words)


def test_a_caller_who_goes_on_is_not_answered_at_each_word(call: Call, vendors: Vendors, client: Client) -> None:
    vendors.script = [says(ANSWER)]
    for number, words in enumerate(["I want a house", f"{WORDS} in", WORDS]):
        answer = hook(
            client, "twilio_partial", call.pk, 1, CallSid=str(call.twilio_sid), SequenceNumber=str(number),
            StableSpeechResult="I want", UnstableSpeechResult=words.removeprefix("I want"),
        )  # fmt: skip
        assert answer.status_code == 204
    until(lambda: EarlyAnswer.objects.filter(finished_at__isnull=False).exists())

    assert len(vendors.chats) == 1
    assert vendors.chats[0]["messages"][-1] == {"role": "user", "content": WORDS}


def test_no_voice_is_paid_for_words_the_caller_goes_on_from(call: Call, vendors: Vendors) -> None:
    gate = threading.Event()
    vendors.script = [says("A house, ", "lovely, and we have many of them.", gate=gate)]
    writing = threading.Thread(target=begin, args=(call.pk, 1, PartialResult(0, "I want a house")))
    writing.start()
    until(lambda: vendors.chats)
    preemptive.take_partial(call, 1, PartialResult(1, "I want a house near"))
    gate.set()
    writing.join()

    early = EarlyAnswer.objects.get()
    assert (early.first_at, early.text) == (None, "A house, lovely, and we have many of them.")
    assert early.text not in vendors.spoken


def test_a_partial_result_that_comes_twice_begins_one_answer(call: Call, vendors: Vendors) -> None:
    begin(call.pk, 1, PartialResult(0, WORDS))
    begin(call.pk, 1, PartialResult(0, WORDS))
    assert len(vendors.chats) == 1


def test_a_turn_is_begun_no_more_than_twice(call: Call, vendors: Vendors) -> None:
    for sequence, more in enumerate(["", " please", " please today", " please today or tomorrow"]):
        begin(call.pk, 1, PartialResult(sequence, WORDS + more))
    assert len(vendors.chats) == preemptive.MOST_TRIES


def test_a_partial_result_after_the_result_begins_nothing(call: Call, vendors: Vendors) -> None:
    answered(call, 1, WORDS)
    begin(call.pk, 1, PartialResult(5, WORDS))
    assert len(vendors.chats) == 1


def test_who_talks_into_the_prompt_waits_for_the_result(call: Call, vendors: Vendors) -> None:
    ConversationStep.objects.filter(call=call).update(listens_at=now())
    begin(call.pk, 1, PartialResult(0, WORDS))
    assert vendors.chats == []


def test_an_ended_call_is_not_thought_about(call: Call, vendors: Vendors) -> None:
    Call.objects.update(status=CallStatus.COMPLETED, ended_at=now())
    begin(call.pk, 1, PartialResult(0, WORDS))
    assert vendors.chats == []


def test_switched_off_nothing_is_asked_for(vendors: Vendors, omar: Any, settings: Settings) -> None:
    settings.EARLY_ANSWERS = False
    call = make_call(make_lead(owner=omar), type=CallType.CONVERSATIONAL)
    listening = ElementTree.fromstring(engine.first_twiml(call))[0]  # noqa: S314 - our own document
    assert "partialResultCallback" not in listening.attrib


def test_the_carrier_is_asked_for_partial_results(vendors: Vendors, omar: Any) -> None:
    call = make_call(make_lead(owner=omar), type=CallType.CONVERSATIONAL)
    listening = ElementTree.fromstring(engine.first_twiml(call))[0]  # noqa: S314 - our own document
    assert f"/webhooks/twilio/gather/{call.pk}/1/partial" in listening.attrib["partialResultCallback"]


# --- Pure ------------------------------------------------------------------------------------------


def test_a_partial_results_fields() -> None:
    form = {"SequenceNumber": "4", "StableSpeechResult": "I want", "UnstableSpeechResult": " a  house "}
    assert read_partial_result(form) == PartialResult(4, "I want a house")
    assert read_partial_result({"SequenceNumber": "-²"}) == PartialResult(0, "")


def test_a_request_is_the_same_at_another_minute_and_in_another_spelling() -> None:
    def named(clock: str, words: str, *notes: str) -> str:
        between = [{"role": "system", "content": note} for note in notes]
        return digest(
            [{"role": "system", "content": clock}, *between, {"role": "user", "content": words}],
            [{"type": "function"}],
        )

    assert named("10:00", "Yes, I do.") == named("10:01", "yes I do")
    assert named("10:00", "Yes, I do.") != named("10:00", "Yes, I don't.")
    assert named("10:00", "Yes.") != named("10:00", "Yes.", "Not sure of the next words.")
