"""The turn chain takes the line over from the realtime engine."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import now

from calls.agent import phrases
from calls.agent.briefing import brief
from calls.agent.colleagues import request_transfer
from calls.call_flows import warm_transfer
from calls.call_log.events import log_event
from calls.conversational import gather
from calls.conversational.steps import OPENING_STALLED_AFTER
from calls.models import Call, ConversationStep, Engine, EventKind, Transfer, Turn
from calls.speech.sentences import split_sentences
from calls.understanding.recognition_results import RecognitionResult
from sandbox.twilio.twiml import parse
from tests.calls.conversational.documents import HOMES, SURE, rest_of, spoken, tags, went_out
from tests.calls.vendors import Vendors, says
from tests.people import at_work

pytestmark = pytest.mark.django_db(transaction=True)  # answers are made in a thread of their own


def turn_of(call: Call, speaker: str, text: str, position: int) -> None:
    Turn.objects.create(
        call=call, speaker=speaker, engine=Engine.REALTIME, text=text, item_id=f"item_{position}", position=position
    )


def opening_played(call: Call, *, proved: bool = True) -> None:
    """The realtime engine notes that it opened the call."""
    log_event(call.pk, EventKind.OPENING_PLAYED, at_ms=9000, proved=proved)


def test_a_call_that_comes_down_goes_on_mid_thought_without_a_greeting(call: Call, vendors: Vendors) -> None:
    opening_played(call)
    turn_of(call, "agent", "Hi, I'm an AI assistant. Which area do you like?", 10)
    turn_of(call, "lead", "Willow Creek, please.", 20)
    vendors.script = [says("Willow Creek it is.")]

    document = gather.continue_twiml(call)

    assert tags(document) == ["Gather", "Play"]
    assert spoken(0, call) == ["Willow Creek it is."]
    roles = [message["role"] for message in vendors.chats[0]["messages"]]
    assert roles == ["system", "assistant", "system", "user"]
    assert brief(call).greeting not in str(Turn.objects.filter(call=call).values_list("text", flat=True))


def test_a_line_lost_while_the_agent_spoke_is_handed_to_the_caller(call: Call, vendors: Vendors) -> None:
    opening_played(call)
    turn_of(call, "agent", "I have two homes for you.", 10)
    gather.continue_twiml(call)
    assert spoken(0, call) == [phrases.BACK_AGAIN]
    assert vendors.chats == []


def test_a_call_that_comes_down_before_its_opening_was_heard_gets_the_opening(call: Call, vendors: Vendors) -> None:
    document = gather.continue_twiml(call)
    assert parse(document).verbs[0].get("bargeIn") == "false"
    assert spoken(0, call)[0].startswith("Hi, I'm Riley, an AI")


@pytest.mark.parametrize("noted", ["not at all", "by the clock alone"])
def test_a_call_whose_opening_was_not_heard_to_its_end_is_opened_whatever_else_the_agent_said(
    call: Call, vendors: Vendors, noted: str
) -> None:
    if noted == "by the clock alone":
        opening_played(call, proved=False)
    turn_of(call, "agent", "Hi! Are you looking to buy or to sell a home?", 10)
    turn_of(call, "lead", "Who is this?", 20)
    assert parse(gather.continue_twiml(call)).verbs[0].get("bargeIn") == "false"
    assert " ".join(spoken(0, call)) == brief(call).greeting
    assert vendors.chats == []


def test_an_opening_proved_by_a_late_mark_is_not_said_again(call: Call, vendors: Vendors) -> None:
    opening_played(call, proved=False)
    opening_played(call)
    turn_of(call, "agent", "Hi.", 0)
    gather.continue_twiml(call)
    assert spoken(0, call) == [phrases.BACK_AGAIN]


def test_an_opening_a_machine_heard_is_said_to_the_person_behind_it(call: Call, vendors: Vendors) -> None:
    opening_played(call)
    turn_of(call, "agent", "Hi.", 0)
    log_event(call.pk, EventKind.PERSON_AFTER_MACHINE, stream=2)
    gather.continue_twiml(call)
    assert " ".join(spoken(0, call)) == brief(call).greeting


def test_a_person_behind_a_machine_who_heard_the_opening_hears_it_once(call: Call, vendors: Vendors) -> None:
    log_event(call.pk, EventKind.PERSON_AFTER_MACHINE, stream=2)
    opening_played(call)
    turn_of(call, "agent", "Hi.", 0)
    gather.continue_twiml(call)
    assert spoken(0, call) == [phrases.BACK_AGAIN]


def test_the_opening_of_a_call_that_came_down_asked_for_twice_is_made_once(call: Call, vendors: Vendors) -> None:
    turn_of(call, "agent", "Hello?", 0)
    assert gather.continue_twiml(call) == gather.continue_twiml(call)
    assert call.steps.get().kind == ConversationStep.Kind.OPENING


def test_the_continuation_asked_for_twice_is_made_once(call: Call, vendors: Vendors) -> None:
    opening_played(call)
    turn_of(call, "agent", "Hi.", 0)
    turn_of(call, "lead", "Hello?", 10)
    assert gather.continue_twiml(call) == gather.continue_twiml(call)
    assert len(vendors.chats) == 1


def test_a_line_that_comes_back_in_mid_call_is_not_played_the_call_once_more(greeted: Call, vendors: Vendors) -> None:
    """A redirect to a colleague that was taken to have failed, and reached the carrier all the same."""
    vendors.script = [says("Which area do you like best?"), says("Your condo, of course.")]
    gather.take_turn(greeted, 1, RecognitionResult("I want a house", SURE))
    back = warm_transfer.ring_twiml(greeted)
    assert [tags(back), spoken(2, greeted)] == [["Gather", "Play"], [phrases.BACK_AGAIN]]
    gather.take_turn(greeted, 3, RecognitionResult("Please sell my condo", SURE))
    assert spoken(3, greeted) == ["Your condo, of course."]


def test_a_line_that_comes_back_again_and_again_gets_a_step_each_time_and_one_document_each(
    greeted: Call, vendors: Vendors
) -> None:
    gather.take_turn(greeted, 1, RecognitionResult("I want a house", SURE))
    first = [gather.continue_twiml(greeted), gather.continue_twiml(greeted)]
    gather.take_turn(greeted, 3, RecognitionResult("I want a house", SURE))
    second = [gather.continue_twiml(greeted), gather.continue_twiml(greeted)]
    assert [len(set(first)), len(set(second)), len({*first, *second})] == [1, 1, 2]
    assert greeted.steps.count() == 5


def test_a_line_that_comes_back_while_it_is_opened_is_opened(greeted: Call) -> None:
    assert gather.continue_twiml(greeted) == greeted.steps.get().twiml


def test_after_nobody_took_the_call_a_line_that_comes_back_later_goes_on_where_it_was(
    greeted: Call, vendors: Vendors, omar: User
) -> None:
    at_work(omar)
    asked = request_transfer(greeted, Transfer.Reason.REQUEST, summary="", at=now(), back_to=Engine.CONVERSATION)
    assert asked is not None
    warm_transfer.ring_twiml(greeted)
    resumed = warm_transfer.transfer_over_twiml(Transfer.objects.get(), bridged=False)
    gather.take_turn(greeted, 2, RecognitionResult("Lakeway, please", SURE))
    assert warm_transfer.ring_twiml(greeted) != resumed
    assert spoken(3, greeted) == [phrases.BACK_AGAIN]


def test_a_person_behind_a_machine_whose_stream_is_lost_hears_the_opening(call: Call, vendors: Vendors) -> None:
    opening_played(call)
    gather.continue_twiml(call)
    log_event(call.pk, EventKind.PERSON_AFTER_MACHINE, dedupe_key="person_after_machine")
    document = gather.continue_twiml(call)
    assert parse(document).verbs[0].get("bargeIn") == "false"
    assert gather.continue_twiml(call) == document


def test_an_opening_whose_process_died_is_given_by_the_next_one(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "DUPLICATE_WAITS_SECONDS", 0)
    received = now() - OPENING_STALLED_AFTER - timedelta(seconds=1)
    ConversationStep.objects.create(call=call, number=0, kind=ConversationStep.Kind.OPENING, received_at=received)
    document = gather.first_twiml(call)
    assert parse(document).verbs[0].get("bargeIn") == "false"
    assert spoken(0, call) == split_sentences(brief(call).greeting)


def test_who_makes_a_sound_into_the_answer_that_took_over_hears_the_rest_of_it(call: Call, vendors: Vendors) -> None:
    opening_played(call)
    turn_of(call, "lead", "What do you have?", 10)
    vendors.script = [says(HOMES)]
    document = gather.continue_twiml(call)
    while "Redirect" in tags(document):
        document = rest_of(call, document)
    parts = [{"text": sentence, "digest": "", "seconds": 4.0} for sentence in HOMES.split(". ")]
    ConversationStep.objects.filter(call=call, number=0).update(parts=parts, listens_from=0)
    went_out(call, 0, seconds_ago=8.0)
    gather.take_turn(call, 1, RecognitionResult("um", SURE))
    assert spoken(1, call) == HOMES.split(". ")[1:]
    assert Turn.objects.get(call=call, item_id="step-0-agent").interrupted
