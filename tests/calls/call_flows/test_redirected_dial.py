"""A <Dial> a REST redirect broke off: its action is asked all the same, before the new address or late, and what it
answers is not carried out. So it may change nothing that the call's own end does not say too.
"""

from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.timezone import now

from calls.agent.colleagues import request_transfer
from calls.call_flows import warm_transfer
from calls.models import Call, CallType, Engine, Transfer
from leads.models import Activity, Lead
from tests.calls.carrier_stub import Carrier, hook
from tests.calls.vendors import Vendors
from tests.people import at_work, make_call, make_lead

pytestmark = pytest.mark.django_db(transaction=True)

LEG = "CA" + "e" * 32
BROKEN_OFF = {"CallStatus": "in-progress", "DialCallStatus": "completed", "DialCallSid": LEG, "DialCallDuration": "12"}


@pytest.fixture
def regular(lead: Lead, omar: User, carrier: Carrier) -> Call:
    """A regular call whose lead has picked up."""
    call = make_call(lead, type=CallType.REGULAR, status="in_progress", placed_by=omar, lead_leg_sid=LEG)
    carrier.calls[str(call.twilio_sid)] = {"sid": call.twilio_sid, "status": "in-progress"}
    return call


def dialed(client: Client, call: Call) -> list[str]:
    """The verbs answered to the Dial's action."""
    answer = hook(client, "twilio_dialed", call.pk, CallSid=str(call.twilio_sid), **BROKEN_OFF)
    assert answer.status_code == 200
    return [verb.tag for verb in ElementTree.fromstring(answer.content)]  # noqa: S314 - our own document


def test_a_regular_call_led_elsewhere_goes_on_until_its_own_end(client: Client, regular: Call) -> None:
    assert dialed(client, regular) == ["Hangup"]
    regular.refresh_from_db()
    assert regular.status == "in_progress"

    last = {"CallStatus": "completed", "SequenceNumber": "3", "CallDuration": "50"}
    hook(client, "twilio_status", regular.pk, CallSid=str(regular.twilio_sid), **last)
    regular.refresh_from_db()
    assert (regular.status, regular.duration_seconds) == ("completed", 50)


def test_an_action_that_comes_after_the_end_opens_nothing_again(client: Client, regular: Call) -> None:
    last = {"CallStatus": "completed", "SequenceNumber": "3", "CallDuration": "50"}
    hook(client, "twilio_status", regular.pk, CallSid=str(regular.twilio_sid), **last)
    before = Call.objects.values_list().get(pk=regular.pk)

    assert [dialed(client, regular) for _ in range(2)] == [["Hangup"], ["Hangup"]]

    assert Call.objects.values_list().get(pk=regular.pk) == before


def test_a_colleague_who_was_talking_is_done_and_nobody_is_called_back(
    client: Client, vendors: Vendors, carrier: Carrier, omar: User
) -> None:
    call = make_call(make_lead(owner=at_work(omar)))
    transfer = request_transfer(call, Transfer.Reason.REQUEST, summary="", at=now(), back_to=Engine.REALTIME)
    assert transfer is not None
    warm_transfer.ring_twiml(call)
    transfer.refresh_from_db()
    warm_transfer.accept_twiml(transfer, digits="1")

    hook(
        client,
        "twilio_transferred",
        call.pk,
        transfer.pk,
        CallSid=str(call.twilio_sid),
        DialBridged="true",
        **BROKEN_OFF,
    )

    transfer.refresh_from_db()
    assert (transfer.status, transfer.ended_at is not None) == (Transfer.Status.CONNECTED, True)
    assert not Activity.objects.filter(lead=call.lead, kind="task").exists()
