"""What a worker prepares while an AI call rings."""

import pytest
from django.test import Client, TestCase

from calls.agent import tasks
from calls.models import Call, CallStatus, CallType, SpeechClip
from tests.calls.carrier_stub import hook
from tests.calls.vendors import Vendors
from tests.people import make_call

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("carrier")]


@pytest.mark.parametrize(("type_", "content"), [(CallType.CONVERSATIONAL, "wav"), (CallType.REALTIME, "ulaw")])
def test_an_ai_calls_opening_is_rendered_as_its_engine_plays_it(
    vendors: Vendors, type_: CallType, content: str
) -> None:
    call = make_call(type=type_)
    tasks.prepare_call.call(call_id=str(call.pk))
    assert "This call is recorded." in vendors.spoken
    assert {clip.content_type for clip in SpeechClip.objects.all()} == {f"audio/{content}"}


def test_a_call_that_is_over_is_not_prepared(vendors: Vendors) -> None:
    call = make_call(status=CallStatus.CANCELED, ended_at="2026-11-22T10:00:00Z")
    tasks.prepare_call.call(call_id=str(call.pk))
    assert vendors.spoken == []


def test_a_voice_that_is_down_costs_the_preparation_and_nothing_else(vendors: Vendors) -> None:
    vendors.voice_is_down = True
    tasks.prepare_call.call(call_id=str(make_call().pk))
    assert not SpeechClip.objects.exists()


def enqueued(client: Client, call: Call, *reports: str) -> int:
    """How often the preparation is enqueued while the carrier reports these statuses, each with its own number."""
    with TestCase.captureOnCommitCallbacks() as callbacks:
        for number, status in enumerate(reports):
            form = {"CallSid": str(call.twilio_sid), "CallStatus": status, "SequenceNumber": str(number)}
            hook(client, "twilio_status", call.pk, **form)
    return sum(getattr(callback, "func", None) == tasks.prepare_call.enqueue for callback in callbacks)


def ringing(type_: CallType) -> Call:
    return make_call(type=type_, status=CallStatus.PLACED, answered_at=None)


@pytest.mark.parametrize("type_", [CallType.CONVERSATIONAL, CallType.REALTIME])
@pytest.mark.parametrize("reports", [["initiated", "ringing"], ["ringing", "initiated"], ["ringing"]])
def test_the_carriers_first_report_has_the_opening_prepared_once(
    client: Client, type_: CallType, reports: list[str]
) -> None:
    assert enqueued(client, ringing(type_), *reports) == 1


def test_a_persons_call_has_nothing_to_prepare(client: Client) -> None:
    assert enqueued(client, ringing(CallType.REGULAR), "initiated", "ringing") == 0


@pytest.mark.parametrize("status", ["in-progress", "completed", "busy"])
def test_a_report_that_the_ringing_is_over_prepares_nothing(client: Client, status: str) -> None:
    assert enqueued(client, ringing(CallType.REALTIME), status) == 0
