"""The turn chain takes the line over from the realtime engine."""

import pytest

from calls import gather
from calls.agent.briefing import brief
from calls.events import log_event
from calls.models import Call, Engine, Turn
from sandbox.twilio.twiml import parse
from tests.calls.chain.documents import spoken, tags
from tests.calls.vendors import Vendors, says

pytestmark = pytest.mark.django_db(transaction=True)  # answers are made in a thread of their own


def turn_of(call: Call, speaker: str, text: str, position: int) -> None:
    Turn.objects.create(
        call=call, speaker=speaker, engine=Engine.REALTIME, text=text, item_id=f"item_{position}", position=position
    )


def opening_played(call: Call, *, proved: bool = True) -> None:
    """The realtime engine notes that it opened the call."""
    log_event(call.pk, "opening_played", at_ms=9000, proved=proved)


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
    assert spoken(0, call) == [gather.BACK_AGAIN]
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
    assert spoken(0, call) == [gather.BACK_AGAIN]


def test_an_opening_a_machine_heard_is_said_to_the_person_behind_it(call: Call, vendors: Vendors) -> None:
    opening_played(call)
    turn_of(call, "agent", "Hi.", 0)
    log_event(call.pk, "person_after_machine", stream=2)
    gather.continue_twiml(call)
    assert " ".join(spoken(0, call)) == brief(call).greeting


def test_a_person_behind_a_machine_who_heard_the_opening_hears_it_once(call: Call, vendors: Vendors) -> None:
    log_event(call.pk, "person_after_machine", stream=2)
    opening_played(call)
    turn_of(call, "agent", "Hi.", 0)
    gather.continue_twiml(call)
    assert spoken(0, call) == [gather.BACK_AGAIN]


def test_the_opening_of_a_call_that_came_down_asked_for_twice_is_made_once(call: Call, vendors: Vendors) -> None:
    turn_of(call, "agent", "Hello?", 0)
    assert gather.continue_twiml(call) == gather.continue_twiml(call)
    assert call.chain_steps.get().verdict == gather.OPENING


def test_the_continuation_asked_for_twice_is_made_once(call: Call, vendors: Vendors) -> None:
    opening_played(call)
    turn_of(call, "agent", "Hi.", 0)
    turn_of(call, "lead", "Hello?", 10)
    assert gather.continue_twiml(call) == gather.continue_twiml(call)
    assert len(vendors.chats) == 1
