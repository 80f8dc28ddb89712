"""Webhooks of a conversational call that come twice, at once, or never; and answers whose process died."""

import threading
from datetime import timedelta

import pytest
from django.utils.timezone import now

from calls.agent import phrases
from calls.agent.phrases import APOLOGY
from calls.models import Call, ConversationStep, Turn
from calls.understanding.recognition_results import RecognitionResult
from leads.models import Suppression
from tests.calls.conversational import engine
from tests.calls.conversational.documents import SURE, rest_of, spoken, tags
from tests.calls.vendors import Vendors, says

pytestmark = pytest.mark.django_db(transaction=True)  # answers are made in a thread of their own


def test_a_repeated_turn_gets_the_same_document_and_costs_nothing(greeted: Call, vendors: Vendors) -> None:
    vendors.script = [says("Which area do you like best?")]
    first = engine.take_turn(greeted, 1, RecognitionResult("I want a house", SURE))
    rendered = len(vendors.spoken)

    again = engine.take_turn(greeted, 1, RecognitionResult("I want a house", SURE))

    assert again == first
    assert (len(vendors.chats), len(vendors.spoken)) == (1, rendered)
    assert Turn.objects.filter(call=greeted).count() == 3


def test_a_repetition_during_the_work_waits_for_the_first(greeted: Call, vendors: Vendors) -> None:
    written = threading.Event()
    vendors.script = [says("Which area do you like best?", gate=written)]
    documents: list[str] = []

    def deliver() -> None:
        from django.db import connection

        try:
            documents.append(engine.take_turn(greeted, 1, RecognitionResult("I want a house", SURE)))
        finally:
            connection.close()

    deliveries = [threading.Thread(target=deliver) for _ in range(4)]
    for delivery in deliveries:
        delivery.start()
    written.set()
    for delivery in deliveries:
        delivery.join()
    assert len(documents) == 4
    assert len(set(documents)) == 1
    assert len(vendors.chats) == 1


def test_who_waits_for_a_process_that_died_is_told_to_wait(greeted: Call) -> None:
    ConversationStep.objects.create(call=greeted, number=1, heard="I want a house", verdict="accepted")
    first = engine.take_turn(greeted, 1, RecognitionResult("I want a house", SURE), timing=engine.AT_ONCE)
    second = rest_of(greeted, first, timing=engine.AT_ONCE)
    ConversationStep.objects.filter(call=greeted, number=1).update(received_at=now() - timedelta(seconds=60))
    assert [tags(first), tags(second), tags(rest_of(greeted, second, timing=engine.AT_ONCE))] == [
        ["Play", "Redirect"],
        ["Play", "Redirect"],
        ["Gather", "Play"],
    ]
    assert [turn.text for turn in greeted.turns.filter(filler=True)] == list(phrases.FILLERS[:2])


def test_before_an_opening_nothing_else_is_said(call: Call) -> None:
    ConversationStep.objects.create(call=call, number=0, kind=ConversationStep.Kind.OPENING)
    assert tags(engine.first_twiml(call, timing=engine.AT_ONCE)) == ["Pause", "Redirect"]


def test_a_wish_to_be_left_alone_outlives_the_process_that_heard_it(greeted: Call) -> None:
    ConversationStep.objects.create(call=greeted, number=1, heard="stop calling me", verdict="opt_out")
    engine.take_turn(greeted, 1, RecognitionResult("stop calling me", SURE), timing=engine.AT_ONCE)
    assert Suppression.objects.filter(phone=greeted.to_number).exists()


def test_a_turn_whose_process_died_is_apologized_for(greeted: Call, vendors: Vendors) -> None:
    long_ago = now() - timedelta(seconds=60)
    ConversationStep.objects.create(call=greeted, number=1, heard="A house", verdict="accepted", received_at=long_ago)
    document = engine.take_turn(greeted, 1, RecognitionResult("A house", SURE), timing=engine.AT_ONCE)
    assert tags(document) == ["Gather", "Play"]
    assert spoken(1, greeted) == [APOLOGY]
    assert vendors.chats == []


def test_the_rest_of_an_answer_whose_process_died_is_an_apology(greeted: Call) -> None:
    part = {"text": "I found two homes.", "digest": "", "seconds": 1.0}
    ConversationStep.objects.create(
        call=greeted, number=1, heard="A house", verdict="accepted", parts=[part],
        received_at=now() - timedelta(seconds=60),
    )  # fmt: skip
    assert tags(engine.more_twiml(greeted, 1, 1, 0, timing=engine.AT_ONCE)) == ["Gather", "Play"]
    assert spoken(1, greeted) == ["I found two homes.", APOLOGY]


def test_the_rest_of_an_unknown_answer_is_to_listen(greeted: Call) -> None:
    assert tags(engine.more_twiml(greeted, 7, 1, 0)) == ["Gather"]
