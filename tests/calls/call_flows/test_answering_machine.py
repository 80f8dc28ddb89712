"""Calls that a machine answers, webhook by webhook: the carrier, the model and the voice stand in over the wire."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from calls.agent.briefing import brief
from calls.agent.phrases import OPTED_OUT
from calls.call_flows import answering_machine
from calls.call_flows.answering_machine import overheard_twiml, record_answered_by
from calls.call_log.events import log_event
from calls.carrier.media_stream import claim_stream
from calls.models import Call, CallEvent, CallType, Disposition, Engine, EventKind
from calls.providers import ProviderError
from calls.understanding.recognition_results import RecognitionResult
from leads.models import Lead, Suppression
from tests.calls.carrier_stub import Carrier, hook
from tests.calls.conversational.documents import verbs
from tests.calls.vendors import Vendors
from tests.people import make_call

pytestmark = pytest.mark.django_db(transaction=True)
ASKS = RecognitionResult("Please state your name and the reason for your call.", 0.9)
MAILBOX = RecognitionResult("Please leave a message after the tone.", 0.9)
HELLO = RecognitionResult("Hello?", 0.9)
AI_TYPES = (CallType.CONVERSATIONAL, CallType.REALTIME)


def answered(lead: Lead, carrier: Carrier, type_: CallType = CallType.REALTIME) -> Call:
    """A call somebody, or something, has just picked up."""
    sid = carrier.add_call(to=str(lead.phone), status="in-progress")
    return make_call(lead, type=type_, status="in_progress", answered_at=now(), twilio_sid=sid)


@pytest.fixture(params=AI_TYPES)
def call(request: pytest.FixtureRequest, lead: Lead, carrier: Carrier, vendors: Vendors) -> Call:
    """An AI call whose machine is being heard out."""
    call = answered(lead, carrier, request.param)
    assert record_answered_by(call, "machine_start")
    overheard_twiml(call, 0, RecognitionResult())
    return call


def tags(document: str) -> list[str]:
    return [tag for tag, _ in verbs(document)]


def test_fm22_a_machine_that_still_speaks_is_heard_out_in_silence(lead: Lead, carrier: Carrier) -> None:
    call = answered(lead, carrier)
    assert record_answered_by(call, "machine_start")
    call.refresh_from_db()
    assert (call.answered_by, call.outcome) == ("machine_start", "voicemail_no_message")
    (update,) = carrier.updates()
    assert update.form["Url"].endswith(f"/webhooks/twilio/overheard/{call.pk}/0")
    assert tags(overheard_twiml(call, 0, RecognitionResult())) == ["Gather"]
    assert call.spans.get(ended_at=None).engine == Engine.MACHINE


@pytest.mark.parametrize("verdict", ["machine_end_beep", "machine_end_silence", "machine_end_other", "fax"])
def test_fm22_a_machine_that_has_spoken_is_hung_up(lead: Lead, carrier: Carrier, verdict: str) -> None:
    call = answered(lead, carrier)
    assert record_answered_by(call, verdict)
    assert carrier.calls[str(call.twilio_sid)]["status"] == "completed"


@pytest.mark.parametrize("verdict", ["human", "unknown"])
def test_fm22_a_person_is_not_hung_up_on(lead: Lead, carrier: Carrier, verdict: str) -> None:
    call = answered(lead, carrier)
    assert not record_answered_by(call, verdict)
    call.refresh_from_db()
    assert (call.answered_by, call.outcome, carrier.requests) == (verdict, "", [])


def test_fm22_a_verdict_after_the_end_only_goes_on_record(lead: Lead, carrier: Carrier) -> None:
    call = make_call(lead, status="completed", ended_at=now())
    assert not record_answered_by(call, "machine_end_beep")
    call.refresh_from_db()
    assert (call.outcome, carrier.requests) == ("voicemail_no_message", [])


def test_a_regular_call_s_verdict_is_the_staff_s_to_deal_with(lead: Lead, carrier: Carrier) -> None:
    assert not record_answered_by(answered(lead, carrier, CallType.REGULAR), "machine_start")
    assert carrier.requests == []


def test_a_verdict_that_comes_again_does_not_take_the_line_from_a_person(lead: Lead, carrier: Carrier) -> None:
    call = answered(lead, carrier)
    assert [record_answered_by(call, "machine_start") for _ in range(2)] == [True, False]
    assert len(carrier.updates()) == 1


def test_a_line_that_cannot_be_led_away_is_hung_up(lead: Lead, carrier: Carrier) -> None:
    call = answered(lead, carrier)
    carrier.will_refuse(500, 20500, "Internal error")
    assert record_answered_by(call, "machine_start")
    assert carrier.calls[str(call.twilio_sid)]["status"] == "completed"


def test_a_verdict_whose_effect_failed_takes_the_line_when_it_comes_again(lead: Lead, carrier: Carrier) -> None:
    call = answered(lead, carrier)
    carrier.will_refuse(500, 20500, "Internal error")
    with pytest.raises(ProviderError):
        record_answered_by(call, "fax")
    call.refresh_from_db()
    assert (call.status, call.outcome) == ("in_progress", "voicemail_no_message")
    assert [record_answered_by(call, "fax") for _ in range(2)] == [True, False]
    assert carrier.calls[str(call.twilio_sid)]["status"] == "completed"


def test_the_carrier_is_asked_to_tell_such_a_verdict_again(client: Client, lead: Lead, carrier: Carrier) -> None:
    call = answered(lead, carrier)
    carrier.will_refuse(500, 20500, "Internal error")
    assert hook(client, "twilio_amd", call.pk, CallSid=str(call.twilio_sid), AnsweredBy="fax").status_code == 503
    assert hook(client, "twilio_amd", call.pk, CallSid=str(call.twilio_sid), AnsweredBy="fax").status_code == 204
    assert carrier.calls[str(call.twilio_sid)]["status"] == "completed"


@pytest.mark.parametrize(("seconds", "taken"), [(30, True), (1, False)])
def test_a_verdict_whose_process_died_is_news_once_it_surely_has(
    lead: Lead, carrier: Carrier, seconds: int, taken: bool
) -> None:
    call = answered(lead, carrier)
    at = now() - timedelta(seconds=seconds)
    CallEvent.objects.create(call=call, kind="answered_by", dedupe_key="answered_by", at=at)
    assert record_answered_by(call, "machine_start") is taken


def test_a_mailbox_hears_nothing_and_stays_the_outcome(call: Call) -> None:
    assert tags(overheard_twiml(call, 1, MAILBOX)) == ["Hangup"]
    call.refresh_from_db()
    assert call.outcome == Disposition.VOICEMAIL
    assert [turn.text for turn in call.turns.filter(engine=Engine.MACHINE)] == [MAILBOX.speech]


def test_a_wish_to_be_left_alone_outlives_the_process_that_overheard_it(call: Call) -> None:
    log_event(call.pk, EventKind.OVERHEARD, dedupe_key="overheard:1", number=1, move="opt_out")
    overheard_twiml(call, 1, RecognitionResult("Stop calling me.", 0.9))
    assert Suppression.objects.filter(phone=call.to_number).exists()


def test_an_assistant_is_told_who_calls_and_for_whom(call: Call) -> None:
    document = overheard_twiml(call, 1, ASKS)
    assert tags(document) == ["Gather", "Play"]
    told = call.turns.get(speaker="agent", engine=Engine.MACHINE).text
    assert told == brief(call).screening_introduction
    assert "AI assistant" in told
    assert call.lead.first_name in told


def test_a_repeated_webhook_gets_the_same_document_and_adds_nothing(call: Call) -> None:
    for number, heard in ((1, ASKS), (2, HELLO)):
        first = overheard_twiml(call, number, heard)
        call.refresh_from_db()
        assert overheard_twiml(call, number, heard) == first
    assert call.events.filter(kind="overheard").count() == 2
    assert call.turns.filter(engine=Engine.MACHINE).count() == 3


def test_the_person_an_assistant_fetches_hears_the_opening_and_the_call_is_no_voicemail(
    lead: Lead, carrier: Carrier, vendors: Vendors
) -> None:
    call = answered(lead, carrier, CallType.CONVERSATIONAL)
    record_answered_by(call, "machine_start")
    overheard_twiml(call, 1, ASKS)
    document = overheard_twiml(call, 2, HELLO)

    assert set(tags(document)) == {"Gather", "Play"}
    assert 'bargeIn="false"' in document
    assert call.turns.filter(engine=Engine.CONVERSATION).last().text == brief(call).greeting  # type: ignore[union-attr]
    call.refresh_from_db()
    assert (call.outcome, call.answered_by) == (Disposition.NONE, "machine_start")


def test_a_realtime_call_gets_a_stream_of_its_own_for_the_person(
    lead: Lead, carrier: Carrier, vendors: Vendors
) -> None:
    call = answered(lead, carrier)
    assert claim_stream(str(call.pk), token=call.stream_token, call_sid=str(call.twilio_sid))
    record_answered_by(call, "machine_start")
    document = overheard_twiml(call, 1, HELLO)

    call.refresh_from_db()
    assert call.stream_token in document
    assert (call.stream_number, call.stream_claimed_at) == (2, None)
    assert answering_machine.began_after_machine(call)


def test_who_is_overheard_asking_for_no_more_calls_gets_none(call: Call) -> None:
    document = overheard_twiml(call, 1, RecognitionResult("Stop calling me, take me off your list.", 0.9))
    assert tags(document) == ["Play", "Hangup"]
    assert call.turns.filter(speaker="agent").last().text == OPTED_OUT  # type: ignore[union-attr]
    assert Suppression.objects.filter(phone=call.lead.phone).exists()


@pytest.mark.parametrize(
    "heard", [RecognitionResult(), RecognitionResult(digits="5"), RecognitionResult("🦆" * 300, 0.1)]
)
def test_odd_results_end_the_call_to_a_machine(call: Call, heard: Any) -> None:
    assert tags(overheard_twiml(call, 1, heard)) == ["Hangup"]
