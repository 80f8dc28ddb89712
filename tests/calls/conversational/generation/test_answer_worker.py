"""The answer of a step while the model or the voice fails."""

import contextlib
import threading
import time

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection

from calls.agent import phrases
from calls.agent.phrases import APOLOGY, PROMISE, SOMEBODY_ELSE
from calls.conversational.generation import answer_worker
from calls.models import Call, Disposition, Turn
from calls.understanding.recognition_results import RecognitionResult
from leads.models import Activity
from tests.calls.conversational import engine
from tests.calls.conversational.documents import SURE, rest_of, spoken, tags
from tests.calls.outage import database_away_for_all
from tests.calls.vendors import USAGE, BreaksOff, Fails, Says, Vendors, says
from tests.people import at_work, gone_home

pytestmark = pytest.mark.django_db(transaction=True)  # answers are made in a thread of their own


def test_a_model_that_fails_once_is_asked_again(greeted: Call, vendors: Vendors) -> None:
    vendors.script = [Fails(500), says("Here I am again.")]
    engine.take_turn(greeted, 1, RecognitionResult("Hello", SURE))
    assert spoken(1, greeted) == ["Here I am again."]


def test_a_model_asked_again_after_a_filler_is_asked_the_same(greeted: Call, vendors: Vendors) -> None:
    failing = threading.Event()
    vendors.script = [Fails(500, gate=failing), says("How soon would you like to move?")]
    document = engine.take_turn(greeted, 1, RecognitionResult("I am pre-approved", SURE), timing=engine.BRIEF)
    assert Turn.objects.get(call=greeted, filler=True).text == phrases.FILLERS[0]
    failing.set()
    rest_of(greeted, document)
    first, second = (chat["messages"][1:] for chat in vendors.chats)
    assert first == second
    assert second[-1] == {"role": "user", "content": "I am pre-approved"}


def test_a_model_that_fails_twice_is_apologized_for_and_the_call_goes_on(greeted: Call, vendors: Vendors) -> None:
    vendors.script = [Fails(500), Fails(500)]
    document = engine.take_turn(greeted, 1, RecognitionResult("Hello", SURE))
    assert tags(document) == ["Gather", "Play"]
    assert spoken(1, greeted) == [APOLOGY]
    assert greeted.events.get(kind="fallback").data["to"] == "apology"


def test_a_model_that_fails_in_the_next_turn_too_makes_a_person_call_back(
    greeted: Call, vendors: Vendors, omar: User
) -> None:
    gone_home(omar)
    vendors.script = [Fails(500)] * 4
    engine.take_turn(greeted, 1, RecognitionResult("Hello", SURE))
    document = engine.take_turn(greeted, 2, RecognitionResult("Hello?", SURE))
    assert tags(document) == ["Play", "Hangup"]
    assert spoken(2, greeted) == [PROMISE]
    task = Activity.objects.get(lead=greeted.lead, kind="task")
    assert task.summary.startswith("Call back")
    greeted.lead.refresh_from_db()
    assert greeted.lead.next_action_at is not None
    assert Call.objects.get(pk=greeted.pk).outcome == Disposition.AI_ERROR
    assert list(greeted.spans.values_list("engine", "end_reason")) == [
        ("conversation", "the AI failed (500)"),
        ("promise", ""),
    ]


def test_a_model_that_fails_in_the_next_turn_too_gives_the_call_to_a_colleague(
    greeted: Call, vendors: Vendors, omar: User
) -> None:
    at_work(omar)
    vendors.script = [Fails(500)] * 4
    engine.take_turn(greeted, 1, RecognitionResult("Hello", SURE))
    document = engine.take_turn(greeted, 2, RecognitionResult("Hello?", SURE))
    assert tags(document) == ["Play", "Redirect"]
    assert spoken(2, greeted) == [SOMEBODY_ELSE]
    assert engine.take_turn(greeted, 2, RecognitionResult("Hello?", SURE)) == document
    assert greeted.transfers.get().reason == "tech"


def test_an_exhausted_quota_gives_the_call_to_a_colleague_at_once(greeted: Call, vendors: Vendors, omar: User) -> None:
    at_work(omar)
    vendors.script = [Fails(429, code="insufficient_quota")]
    document = engine.take_turn(greeted, 1, RecognitionResult("Hello", SURE))
    assert tags(document) == ["Play", "Redirect"]
    assert len(vendors.chats) == 1


def test_a_good_turn_in_between_forgives_the_failure(greeted: Call, vendors: Vendors) -> None:
    vendors.script = [Fails(500), Fails(500), says("Fine."), Fails(500), Fails(500)]
    documents = [engine.take_turn(greeted, number, RecognitionResult("Hello", SURE)) for number in (1, 2, 3)]
    assert tags(documents[-1]) == ["Gather", "Play"]


def test_a_refusal_that_will_not_change_is_not_asked_twice(greeted: Call, vendors: Vendors) -> None:
    vendors.script = [Fails(401)]
    engine.take_turn(greeted, 1, RecognitionResult("Hello", SURE))
    assert len(vendors.chats) == 1


def test_an_answer_whose_stream_is_garbled_keeps_what_was_said_and_apologizes(greeted: Call, vendors: Vendors) -> None:
    vendors.script = [BreaksOff("I found a home for you. It is on Orchard Lane. It", line="data: {oops")]
    document = engine.take_turn(greeted, 1, RecognitionResult("Well?", SURE))
    while "Redirect" in tags(document):
        document = rest_of(greeted, document)
    assert spoken(1, greeted) == ["I found a home for you.", "It is on Orchard Lane.", APOLOGY]


def test_an_answer_that_fails_for_any_other_reason_keeps_what_was_said_and_apologizes(
    greeted: Call, vendors: Vendors
) -> None:
    vendors.script = [
        Says(("I found a home for you. ", "It is on Orchard Lane."), usage=USAGE | {"prompt_tokens": "?"})
    ]
    document = engine.take_turn(greeted, 1, RecognitionResult("Well?", SURE))
    while "Redirect" in tags(document):
        document = rest_of(greeted, document)
    assert spoken(1, greeted) == ["I found a home for you.", APOLOGY]
    assert greeted.steps.get(number=1).failure == "internal"


def test_an_answer_that_breaks_off_keeps_what_was_said_and_apologizes(greeted: Call, vendors: Vendors) -> None:
    vendors.script = [BreaksOff("I found a home for you. It is")]
    document = engine.take_turn(greeted, 1, RecognitionResult("Well?", SURE))
    while "Redirect" in tags(document):
        document = rest_of(greeted, document)
    assert spoken(1, greeted) == ["I found a home for you.", APOLOGY]
    assert len(vendors.chats) == 1


def test_a_model_without_a_word_is_a_failure(greeted: Call, vendors: Vendors) -> None:
    vendors.script = [says(""), says("")]
    engine.take_turn(greeted, 1, RecognitionResult("Hello", SURE))
    assert spoken(1, greeted) == [APOLOGY]


def test_an_answer_the_database_broke_off_is_made_when_it_is_back(
    greeted: Call, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_worker, "OUTAGE_GLANCE", 0.05)
    thinking = threading.Event()
    vendors.script = [Says(("Hm. ", "A first try."), gate=thinking), says("Here I am again.")]

    def take() -> None:
        with contextlib.suppress(OperationalError):  # its webhook holds the line
            engine.take_turn(greeted, 1, RecognitionResult("Hello", SURE), timing=engine.BRIEF)
        connection.close()

    turn = threading.Thread(target=take)
    turn.start()
    while not vendors.chats:
        time.sleep(0.01)
    with database_away_for_all():
        thinking.set()
        time.sleep(0.3)
    turn.join()
    step = greeted.steps.get(number=1)
    until = time.monotonic() + 10
    while step.finished_at is None and time.monotonic() < until:
        time.sleep(0.05)
        step.refresh_from_db()
    assert step.finished_at is not None
    assert step.parts
