"""The regular call: the whisper, the key, the lead's leg, and lost reports of it."""

from xml.etree.ElementTree import Element

import pytest
from django.contrib.auth.models import User
from django.test import Client

from calls.models import Call, CallType
from leads.models import Lead, Suppression
from tests.calls.answers import said, tags, verbs
from tests.calls.carrier_stub import FROM_NUMBER, Carrier, hook
from tests.people import make_call, make_listing

LEG = "CA" + "e" * 32


@pytest.fixture
def regular(lead: Lead, omar: User, carrier: Carrier) -> Call:
    """A regular call: Omar's phone rings."""
    return make_call(lead, type=CallType.REGULAR, status="ringing", answered_at=None, placed_by=omar)


def test_staff_hear_who_the_lead_is_and_press_1(client: Client, regular: Call) -> None:
    regular.lead.inquiry_listing = make_listing(unparsed_address="12 Orchard Lane")
    regular.lead.save()
    document = hook(client, "twilio_voice", regular.pk, CallSid=str(regular.twilio_sid), CallStatus="in-progress")
    gather = verbs(document).find("Gather")
    assert gather is not None
    assert (gather.get("numDigits"), gather.get("action")) == (
        "1",
        f"https://ringside.example/webhooks/twilio/bridge/{regular.pk}/1",
    )
    assert "Maria Lopez" in said(document)
    assert "twelve Orchard Lane" in said(document)
    assert "recorded" in said(document)
    regular.refresh_from_db()
    assert (regular.status, regular.answered_at) == ("ringing", None)


def test_on_1_the_lead_is_dialed_recorded_and_told(client: Client, regular: Call) -> None:
    document = verbs(hook(client, "twilio_bridge", regular.pk, 1, CallSid=str(regular.twilio_sid), Digits="1"))
    dial, number = document.find("Dial"), document.find("Dial/Number")
    assert dial is not None
    assert number is not None
    assert (
        dial.attrib
        | {
            "callerId": FROM_NUMBER,
            "answerOnBridge": "true",
            "record": "record-from-answer-dual",
            "action": f"https://ringside.example/webhooks/twilio/dialed/{regular.pk}",
        }
        == dial.attrib
    )
    assert number.text == str(regular.lead.phone)
    assert number.get("url") == f"https://ringside.example/webhooks/twilio/notice/{regular.pk}"
    notice = hook(client, "twilio_notice", regular.pk, CallSid=LEG, ParentCallSid=str(regular.twilio_sid))
    assert "recorded" in said(notice)


def test_the_leads_extension_is_dialed_from_the_staffs_call(client: Client, regular: Call) -> None:
    def number() -> Element | None:
        answer = hook(client, "twilio_bridge", regular.pk, 1, CallSid=str(regular.twilio_sid), Digits="1")
        return verbs(answer).find("Dial/Number")

    plain = number()
    assert plain is not None
    assert "sendDigits" not in plain.attrib
    Lead.objects.filter(pk=regular.lead_id).update(phone_extension="45")
    behind = number()
    assert behind is not None
    assert (behind.text, behind.get("sendDigits")) == (str(regular.lead.phone), "WW45")


def test_without_a_key_staff_are_asked_once_more_and_then_let_go(client: Client, regular: Call) -> None:
    again = hook(client, "twilio_bridge", regular.pk, 1, CallSid=str(regular.twilio_sid))
    gather = verbs(again).find("Gather")
    assert gather is not None
    assert str(gather.get("action")).endswith("/2")
    assert tags(hook(client, "twilio_bridge", regular.pk, 2, CallSid=str(regular.twilio_sid), Digits="5")) == [
        "Say",
        "Hangup",
    ]


def test_a_lead_who_said_stop_meanwhile_is_not_dialed(client: Client, regular: Call) -> None:
    Suppression.objects.create(phone=regular.lead.phone, reason="verbal_request")
    answer = hook(client, "twilio_bridge", regular.pk, 1, CallSid=str(regular.twilio_sid), Digits="1")
    assert tags(answer) == ["Say", "Hangup"]
    assert "asked not to be called" in said(answer)


def test_the_whole_of_a_regular_call(client: Client, regular: Call) -> None:
    sid = str(regular.twilio_sid)
    hook(client, "twilio_voice", regular.pk, CallSid=sid, CallStatus="in-progress")
    hook(client, "twilio_bridge", regular.pk, 1, CallSid=sid, Digits="1")
    for number, status in enumerate(["initiated", "ringing", "in-progress", "completed"]):
        leg = {"CallSid": LEG, "ParentCallSid": sid, "CallStatus": status, "SequenceNumber": str(number)}
        hook(client, "twilio_lead_leg", regular.pk, **leg)
    done = {"DialCallStatus": "completed", "DialCallSid": LEG, "DialCallDuration": "33"}
    assert tags(hook(client, "twilio_dialed", regular.pk, CallSid=sid, **done)) == ["Hangup"]
    last = {"CallStatus": "completed", "SequenceNumber": "3", "CallDuration": "50"}
    hook(client, "twilio_status", regular.pk, CallSid=sid, **last)
    regular.refresh_from_db()
    assert (regular.status, regular.lead_leg_sid, regular.duration_seconds) == ("completed", LEG, 50)
    assert regular.answered_at is not None


def test_a_lost_report_of_the_lead_s_answer_is_made_good_by_the_end_of_the_dial(client: Client, regular: Call) -> None:
    sid = str(regular.twilio_sid)
    hook(client, "twilio_bridge", regular.pk, 1, CallSid=sid, Digits="1")
    done = {"DialCallStatus": "completed", "DialCallSid": LEG, "DialCallDuration": "33"}
    hook(client, "twilio_dialed", regular.pk, CallSid=sid, **done)
    regular.refresh_from_db()
    assert (regular.status, regular.lead_leg_sid) == ("in_progress", LEG)


def test_staff_are_told_when_the_lead_does_not_answer(client: Client, regular: Call) -> None:
    sid = str(regular.twilio_sid)
    hook(client, "twilio_bridge", regular.pk, 1, CallSid=sid, Digits="1")
    answer = hook(client, "twilio_dialed", regular.pk, CallSid=sid, DialCallStatus="no-answer", DialCallSid=LEG)
    assert "did not answer" in said(answer)
    hook(client, "twilio_status", regular.pk, CallSid=sid, CallStatus="completed", SequenceNumber="3")
    regular.refresh_from_db()
    assert (regular.status, regular.outcome) == ("no_answer", "no_answer")
