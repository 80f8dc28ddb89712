"""The ways into the engine: how a call opens, and how the line comes from a machine, a phone or another engine."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import now

from calls.agent import phrases
from calls.agent.briefing import brief
from calls.agent.colleagues import request_transfer
from calls.agent.opening import prepare_opening
from calls.call_flows import warm_transfer
from calls.call_log.events import log_event
from calls.conversational.timing import TIMING, Clock, Timing
from calls.models import Call, CallEvent, CallType, ConversationStep, Engine, EventKind, Transfer, Turn, Usage
from calls.speech.normalization import normalize
from calls.speech.sentences import split_sentences
from calls.understanding.recognition_results import RecognitionResult
from sandbox.twilio.twiml import parse
from tests.calls.conversational import engine
from tests.calls.conversational.documents import HOMES, SURE, rest_of, spoken, tags, went_out
from tests.calls.vendors import Vendors, says
from tests.people import at_work, make_call, make_lead

pytestmark = pytest.mark.django_db(transaction=True)  # answers are made in a thread of their own


def turn_of(call: Call, speaker: str, text: str, position: int) -> None:
    Turn.objects.create(
        call=call, speaker=speaker, engine=Engine.REALTIME, text=text, item_id=f"item_{position}", position=position
    )


def opening_played(call: Call, *, proved: bool = True) -> None:
    """The realtime engine notes that it opened the call."""
    log_event(call.pk, EventKind.OPENING_PLAYED, at_ms=9000, proved=proved)


# --- The call is picked up -------------------------------------------------------------------------


def test_the_call_opens_with_the_disclosure_which_nobody_talks_over(call: Call) -> None:
    document = engine.first_twiml(call)
    assert set(tags(document)) == {"Gather", "Play"}
    attributes = ElementTree.fromstring(document)[0].attrib  # noqa: S314 - our own document
    assert attributes["bargeIn"] == "false"
    assert "dtmf" in attributes["input"]
    assert f"/webhooks/twilio/gather/{call.pk}/1" in attributes["action"]
    assert " ".join(spoken(0, call)) == brief(call).greeting


def test_the_opening_is_in_the_transcript_as_the_agents_words(greeted: Call) -> None:
    turn = Turn.objects.get(call=greeted)
    assert (turn.speaker, turn.engine, turn.text) == ("agent", Engine.CONVERSATION, brief(greeted).greeting)
    assert greeted.spans.get().engine == Engine.CONVERSATION


def test_an_answer_webhook_that_comes_twice_opens_once(call: Call, vendors: Vendors) -> None:
    first = engine.first_twiml(call)
    rendered = len(vendors.spoken)
    assert engine.first_twiml(call) == first
    assert len(vendors.spoken) == rendered
    assert Turn.objects.filter(call=call).count() == 1


def test_a_prepared_greeting_costs_nothing_when_the_call_is_answered(call: Call, vendors: Vendors) -> None:
    prepare_opening(call)
    prepared = len(vendors.spoken)
    engine.first_twiml(call)
    assert len(vendors.spoken) == prepared
    paid = sum(row.quantity for row in Usage.objects.filter(call=call, meter="polly.character"))
    assert paid == sum(map(len, map(normalize, spoken(0, call))))  # the phrases of all calls are not this one's to pay


def test_the_sentences_every_opening_shares_are_rendered_once_for_all_calls(call: Call, vendors: Vendors) -> None:
    engine.first_twiml(call)
    engine.first_twiml(make_call(make_lead(first_name="Ivan"), type=CallType.CONVERSATIONAL))
    assert vendors.spoken.count("This call is recorded.") == 1


# --- The line comes from elsewhere -----------------------------------------------------------------


def test_a_call_that_comes_down_goes_on_mid_thought_without_a_greeting(call: Call, vendors: Vendors) -> None:
    opening_played(call)
    turn_of(call, "agent", "Hi, I'm an AI assistant. Which area do you like?", 10)
    turn_of(call, "lead", "Willow Creek, please.", 20)
    vendors.script = [says("Willow Creek it is.")]

    document = engine.continue_twiml(call)

    assert tags(document) == ["Gather", "Play"]
    assert spoken(0, call) == ["Willow Creek it is."]
    roles = [message["role"] for message in vendors.chats[0]["messages"]]
    assert roles == ["system", "assistant", "system", "user"]
    assert brief(call).greeting not in str(Turn.objects.filter(call=call).values_list("text", flat=True))


def test_a_line_lost_while_the_agent_spoke_is_handed_to_the_caller(call: Call, vendors: Vendors) -> None:
    opening_played(call)
    turn_of(call, "agent", "I have two homes for you.", 10)
    engine.continue_twiml(call)
    assert spoken(0, call) == [phrases.BACK_AGAIN]
    assert vendors.chats == []


def test_a_call_that_comes_down_before_its_opening_was_heard_gets_the_opening(call: Call, vendors: Vendors) -> None:
    document = engine.continue_twiml(call)
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
    assert parse(engine.continue_twiml(call)).verbs[0].get("bargeIn") == "false"
    assert " ".join(spoken(0, call)) == brief(call).greeting
    assert vendors.chats == []


def test_an_opening_proved_by_a_late_mark_is_not_said_again(call: Call, vendors: Vendors) -> None:
    opening_played(call, proved=False)
    opening_played(call)
    turn_of(call, "agent", "Hi.", 0)
    engine.continue_twiml(call)
    assert spoken(0, call) == [phrases.BACK_AGAIN]


def test_an_opening_a_machine_heard_is_said_to_the_person_after_it(call: Call, vendors: Vendors) -> None:
    opening_played(call)
    turn_of(call, "agent", "Hi.", 0)
    log_event(call.pk, EventKind.PERSON_AFTER_MACHINE, stream=2)
    engine.continue_twiml(call)
    assert " ".join(spoken(0, call)) == brief(call).greeting


def test_a_person_after_a_machine_who_heard_the_opening_hears_it_once(call: Call, vendors: Vendors) -> None:
    log_event(call.pk, EventKind.PERSON_AFTER_MACHINE, stream=2)
    opening_played(call)
    turn_of(call, "agent", "Hi.", 0)
    engine.continue_twiml(call)
    assert spoken(0, call) == [phrases.BACK_AGAIN]


def test_the_opening_of_a_call_that_came_down_asked_for_twice_is_made_once(call: Call, vendors: Vendors) -> None:
    turn_of(call, "agent", "Hello?", 0)
    assert engine.continue_twiml(call) == engine.continue_twiml(call)
    assert call.steps.get().kind == ConversationStep.Kind.OPENING


def test_the_continuation_asked_for_twice_is_made_once(call: Call, vendors: Vendors) -> None:
    opening_played(call)
    turn_of(call, "agent", "Hi.", 0)
    turn_of(call, "lead", "Hello?", 10)
    assert engine.continue_twiml(call) == engine.continue_twiml(call)
    assert len(vendors.chats) == 1


def test_a_line_that_comes_back_in_mid_call_is_not_played_the_call_once_more(greeted: Call, vendors: Vendors) -> None:
    """A redirect to a colleague that was taken to have failed, and reached the carrier all the same."""
    vendors.script = [says("Which area do you like best?"), says("Your condo, of course.")]
    engine.take_turn(greeted, 1, RecognitionResult("I want a house", SURE))
    back = warm_transfer.ring_twiml(greeted)
    assert [tags(back), spoken(2, greeted)] == [["Gather", "Play"], [phrases.BACK_AGAIN]]
    engine.take_turn(greeted, 3, RecognitionResult("Please sell my condo", SURE))
    assert spoken(3, greeted) == ["Your condo, of course."]


def test_a_line_that_comes_back_again_and_again_gets_a_step_each_time_and_one_document_each(
    greeted: Call, vendors: Vendors
) -> None:
    engine.take_turn(greeted, 1, RecognitionResult("I want a house", SURE))
    first = [engine.continue_twiml(greeted), engine.continue_twiml(greeted)]
    engine.take_turn(greeted, 3, RecognitionResult("I want a house", SURE))
    second = [engine.continue_twiml(greeted), engine.continue_twiml(greeted)]
    assert [len(set(first)), len(set(second)), len({*first, *second})] == [1, 1, 2]
    assert greeted.steps.count() == 5


def test_a_line_that_comes_back_while_it_is_opened_is_opened(greeted: Call) -> None:
    assert engine.continue_twiml(greeted) == greeted.steps.get().twiml


def test_after_nobody_took_the_call_a_line_that_comes_back_later_goes_on_where_it_was(
    greeted: Call, vendors: Vendors, omar: User
) -> None:
    at_work(omar)
    asked = request_transfer(greeted, Transfer.Reason.REQUEST, summary="", at=now(), back_to=Engine.CONVERSATION)
    assert asked is not None
    warm_transfer.ring_twiml(greeted)
    resumed = warm_transfer.transfer_over_twiml(Transfer.objects.get(), bridged=False)
    engine.take_turn(greeted, 2, RecognitionResult("Lakeway, please", SURE))
    assert warm_transfer.ring_twiml(greeted) != resumed
    assert spoken(3, greeted) == [phrases.BACK_AGAIN]


def test_a_person_after_a_machine_whose_stream_is_lost_hears_the_opening(call: Call, vendors: Vendors) -> None:
    opening_played(call)
    engine.continue_twiml(call)
    log_event(call.pk, EventKind.PERSON_AFTER_MACHINE, dedupe_key="person_after_machine")
    document = engine.continue_twiml(call)
    assert parse(document).verbs[0].get("bargeIn") == "false"
    assert engine.continue_twiml(call) == document


def test_an_opening_whose_process_died_is_given_by_the_next_one(call: Call) -> None:
    received = now() - timedelta(seconds=TIMING.opening_stalled + 1)
    ConversationStep.objects.create(call=call, number=0, kind=ConversationStep.Kind.OPENING, received_at=received)
    document = engine.first_twiml(call, timing=engine.AT_ONCE)
    assert parse(document).verbs[0].get("bargeIn") == "false"
    assert spoken(0, call) == split_sentences(brief(call).greeting)


def test_who_makes_a_sound_into_the_answer_that_took_over_hears_the_rest_of_it(call: Call, vendors: Vendors) -> None:
    opening_played(call)
    turn_of(call, "lead", "What do you have?", 10)
    vendors.script = [says(HOMES)]
    document = engine.continue_twiml(call)
    while "Redirect" in tags(document):
        document = rest_of(call, document)
    parts = [{"text": sentence, "digest": "", "seconds": 4.0} for sentence in HOMES.split(". ")]
    ConversationStep.objects.filter(call=call, number=0).update(parts=parts, listens_from=0)
    went_out(call, 0, seconds_ago=8.0)
    engine.take_turn(call, 1, RecognitionResult("um", SURE))
    assert spoken(1, call) == HOMES.split(". ")[1:]
    assert Turn.objects.get(call=call, item_id="step-0-agent").interrupted


def test_an_opening_whose_proof_is_written_as_the_carrier_asks_is_not_said_again(call: Call, vendors: Vendors) -> None:
    """A stream is lost, and its engine still writes down what it knows when the carrier comes for what follows."""
    Call.objects.filter(pk=call.pk).update(stream_claimed_at=now())
    call.refresh_from_db()
    CallEvent.objects.create(call=call, kind="person_after_machine", data={"stream": call.stream_number})
    waited: list[float] = []

    def writes(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            opening_played(call)

    clock = Clock(now=lambda: sum(waited), sleep=writes)
    engine.continue_twiml(call, timing=Timing(first_word=30, duplicate=30, clock=clock, stream_settled=1.0))
    assert len(waited) >= 3
    assert not call.steps.filter(kind__in=("opening", "opening_again")).exists()
