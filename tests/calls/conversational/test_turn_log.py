"""What stands in the transcript of a conversational call."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from calls.conversational import steps, turn_log
from calls.conversational.barge_in import CutOff
from calls.conversational.documents import PAUSE_SECONDS
from calls.conversational.steps import Kind
from calls.conversational.turn import Part, Reply, Then
from calls.models import Call, ConversationStep, EventKind, Turn
from tests.people import make_call

pytestmark = pytest.mark.django_db
WORDS = (Part("Hello.", "", 1.0), Part("How are you?", "", 2.0))


@pytest.fixture
def call() -> Call:
    return make_call(type="conversational", answered_at=now() - timedelta(seconds=60))


def taken(call: Call, number: int = 1, **fields: object) -> ConversationStep:
    return steps.take(call, number, Kind.TURN, **fields)[0]


def test_what_the_caller_said_ended_one_pause_before_its_result(call: Call) -> None:
    step = taken(call, verdict="accepted", heard="one two three four five six seven", confidence=0.8)
    turn_log.heard(step)
    turn = Turn.objects.get(call=call)
    received = round((step.received_at - call.answered_at).total_seconds() * 1000)  # type: ignore[operator]
    assert (turn.speaker, turn.text, turn.confidence) == ("lead", step.heard, 0.8)
    assert turn.started_ms is not None
    assert turn.ended_ms is not None
    assert turn.ended_ms == received - 1000 * PAUSE_SECONDS
    assert turn.ended_ms - turn.started_ms == round(7 / 2.6 * 1000)


def test_a_result_that_came_before_the_answer_was_noted_has_no_time(call: Call) -> None:
    Call.objects.filter(pk=call.pk).update(answered_at=None)
    call.refresh_from_db()
    turn_log.heard(taken(call, verdict="accepted", heard="Hello"))
    turn = Turn.objects.get(call=call)
    assert (turn.started_ms, turn.ended_ms) == (None, None)


@pytest.mark.parametrize(("verdict", "heard"), [("empty", ""), ("invented", "Thanks for watching")])
def test_silence_and_invented_words_are_nobodys_but_in_the_log(call: Call, verdict: str, heard: str) -> None:
    turn_log.heard(taken(call, verdict=verdict, heard=heard, confidence=0.9))
    assert not Turn.objects.filter(call=call).exists()
    event = call.events.get(kind=EventKind.HEARD)
    assert event.data == {"step": 1, "verdict": verdict, "confidence": 0.9}


def test_an_answer_is_one_line_with_the_time_it_took(call: Call) -> None:
    step = taken(call, verdict="accepted", heard="Hello", received_at=now() - timedelta(seconds=2))
    steps.finish(step, WORDS, Reply(Then.LISTEN))
    turn_log.said(step, WORDS)
    turn = Turn.objects.get(call=call)
    assert (turn.speaker, turn.text, turn.filler) == ("agent", "Hello. How are you?", False)
    assert turn.latency_ms is not None
    assert 2000 <= turn.latency_ms < 10_000
    assert turn.ended_ms - turn.started_ms == 3000  # type: ignore[operator]


def test_words_that_answer_nothing_took_no_time(call: Call) -> None:
    step = taken(call)
    steps.finish(step, WORDS, Reply(Then.LISTEN))
    turn_log.said(step, WORDS)
    assert Turn.objects.get(call=call).latency_ms is None


def test_a_step_without_words_is_no_line(call: Call) -> None:
    turn_log.said(taken(call), [])
    assert not Turn.objects.filter(call=call).exists()


def test_of_an_interrupted_answer_only_what_was_heard_is_kept(call: Call) -> None:
    step = taken(call, verdict="accepted", heard="Hello")
    steps.finish(step, WORDS, Reply(Then.LISTEN))
    turn_log.said(step, WORDS)
    turn_log.heard(taken(call, 2, verdict="hesitation", heard="Um"), CutOff("Hello.", 1.2, 1))
    turn = Turn.objects.get(call=call, speaker="agent")
    assert (turn.text, turn.generated_text, turn.interrupted) == ("Hello.", "Hello. How are you?", True)
    assert turn.ended_ms - turn.started_ms == 1200  # type: ignore[operator]
    assert call.events.get(kind=EventKind.INTERRUPTED).data == {"step": 2}


def test_two_waits_within_an_answer_are_two_things_that_were_said(call: Call) -> None:
    step, phrase = taken(call), Part("One moment, please.", "", 1.0)
    turn_log.filled(step, phrase, first=0, waited=0)
    turn_log.filled(step, phrase, first=1, waited=0)
    turn_log.filled(step, phrase, first=1, waited=0)
    assert [turn.filler for turn in Turn.objects.filter(call=call)] == [True, True]


def test_an_answer_made_when_the_call_is_over_is_not_in_its_transcript(call: Call) -> None:
    step = taken(call, verdict="accepted", heard="Hello")
    Call.objects.filter(pk=call.pk).update(status="completed", ended_at=now() - timedelta(seconds=2))
    steps.finish(step, WORDS, Reply(Then.LISTEN))
    turn_log.said(step, WORDS)
    turn_log.filled(step, WORDS[0], first=0, waited=0)
    assert not Turn.objects.filter(call=call).exists()
