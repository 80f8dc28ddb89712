"""The carrier's webhooks: who is believed, what is answered, and that nothing ends in a 500 or in dead air."""

import uuid
from typing import Any
from xml.etree import ElementTree

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.db import connections
from django.test import AsyncClient, Client
from django.urls import reverse
from django.utils.timezone import now
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from calls.call_log.events import log_event
from calls.measurement.tasks import process_recording
from calls.models import Call, CallType, Engine, EngineSpan, EventKind, Recording
from leads.models import Lead, Suppression
from sandbox.twilio.twiml import parse
from tests.calls.carrier_stub import FROM_NUMBER, Carrier, hook, sign
from tests.calls.vendors import Vendors
from tests.people import make_call, make_listing

TWIML_HOOKS = ["twilio_voice", "twilio_continue", "twilio_notice", "twilio_dialed"]
CALLBACKS = ["twilio_status", "twilio_lead_leg", "twilio_amd", "twilio_recording", "twilio_stream"]
LEG = "CA" + "e" * 32


def verbs(response: Any) -> ElementTree.Element:
    """The document, which must be TwiML the carrier has nothing to warn of."""
    assert response.status_code == 200
    assert response["Content-Type"] == "text/xml"
    document = ElementTree.fromstring(response.content)  # noqa: S314
    assert parse(response.content).warnings == ()
    return document


def tags(response: Any) -> list[str]:
    return [verb.tag for verb in verbs(response)]


def said(response: Any) -> str:
    return " ".join(verb.text or "" for verb in verbs(response).iter("Say"))


@pytest.fixture
def call(lead: Lead, omar: User, carrier: Carrier) -> Call:
    """A realtime call that rings."""
    return make_call(lead, status="ringing", answered_at=None, placed_by=omar)


@pytest.fixture
def regular(lead: Lead, omar: User, carrier: Carrier) -> Call:
    """A regular call: Omar's phone rings."""
    return make_call(lead, type=CallType.REGULAR, status="ringing", answered_at=None, placed_by=omar)


@pytest.mark.parametrize("name", [*TWIML_HOOKS, *CALLBACKS])
@pytest.mark.parametrize("signature", ["", "bm90IHRoZSBzaWduYXR1cmU="])
def test_fm24_a_request_the_carrier_did_not_sign_is_refused(
    client: Client, call: Call, name: str, signature: str
) -> None:
    answer = hook(client, name, call.pk, signature=signature, CallSid=str(call.twilio_sid), CallStatus="completed")
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "bad_signature"
    call.refresh_from_db()
    assert call.status == "ringing"
    assert not call.events.exists()


def test_a_signature_counts_for_its_own_form_only(client: Client, call: Call) -> None:
    path = reverse("twilio_status", args=[call.pk])
    other = sign(f"https://ringside.example{path}", {"CallSid": str(call.twilio_sid), "CallStatus": "ringing"})
    answer = hook(client, "twilio_status", call.pk, signature=other, CallSid=str(call.twilio_sid), CallStatus="failed")
    assert answer.status_code == 403


def test_fm24_the_host_the_request_came_to_does_not_matter_but_public_url_does(
    client: Client, call: Call, settings: Settings
) -> None:
    path = reverse("twilio_status", args=[call.pk])
    form = {"CallSid": str(call.twilio_sid), "CallStatus": "ringing"}
    there = client.post(path, form, headers={"X-Twilio-Signature": sign(f"https://ringside.example{path}", form)})
    here = client.post(path, form, headers={"X-Twilio-Signature": sign(f"http://testserver{path}", form)})
    assert (there.status_code, here.status_code) == (204, 403)


@pytest.mark.parametrize("name", [*TWIML_HOOKS, *CALLBACKS])
def test_only_post_is_heard(client: Client, call: Call, name: str) -> None:
    assert client.get(reverse(name, args=[call.pk])).status_code == 405


@pytest.mark.parametrize("name", TWIML_HOOKS)
def test_a_call_nobody_knows_ends_politely(client: Client, carrier: Carrier, db: None, name: str) -> None:
    assert tags(hook(client, name, uuid.uuid4(), CallSid="CA" + "0" * 32)) == ["Say", "Hangup"]


@pytest.mark.parametrize("name", TWIML_HOOKS)
def test_another_call_s_sid_ends_politely_and_changes_nothing(client: Client, call: Call, name: str) -> None:
    assert tags(hook(client, name, call.pk, CallSid="CA" + "0" * 32)) == ["Say", "Hangup"]
    call.refresh_from_db()
    assert call.status == "ringing"


@pytest.mark.parametrize("name", CALLBACKS)
def test_a_callback_about_a_call_nobody_knows_is_404(client: Client, call: Call, name: str) -> None:
    for key, sid in ((uuid.uuid4(), call.twilio_sid), (call.pk, "CA" + "0" * 32)):
        answer = hook(client, name, key, CallSid=str(sid), CallStatus="completed")
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "unknown_call"


@pytest.mark.parametrize("name", TWIML_HOOKS)
def test_an_ended_call_is_hung_up(client: Client, call: Call, name: str) -> None:
    Call.objects.filter(pk=call.pk).update(status="completed", ended_at=now())
    assert tags(hook(client, name, call.pk, CallSid=str(call.twilio_sid))) == ["Hangup"]


def test_a_realtime_call_is_connected_to_the_bridge_and_has_a_way_out(client: Client, call: Call) -> None:
    document = verbs(hook(client, "twilio_voice", call.pk, CallSid=str(call.twilio_sid), CallStatus="in-progress"))
    stream = document.find("Connect/Stream")
    assert stream is not None
    assert stream.get("url") == "wss://ringside.example/api/realtime/media-stream"
    assert {one.get("name"): one.get("value") for one in stream} == {"call": str(call.pk), "token": call.stream_token}
    way_out, _, retries = (document.findtext("Redirect") or "").partition("#")
    assert way_out == f"https://ringside.example/webhooks/twilio/continue/{call.pk}"
    assert retries  # a deploy may be what closed the stream
    call.refresh_from_db()
    assert call.status == "in_progress"
    assert call.answered_at is not None


def test_the_same_answer_webhook_again_gives_the_same_document(client: Client, call: Call) -> None:
    first, second = (hook(client, "twilio_voice", call.pk, CallSid=str(call.twilio_sid)) for _ in range(2))
    assert first.content == second.content
    assert call.events.filter(kind="answered").count() == 1
    assert EngineSpan.objects.filter(call=call).count() == 1


@pytest.mark.django_db(transaction=True)  # clips are rendered on other connections
def test_a_conversational_call_opens_with_a_gather(client: Client, call: Call, vendors: Vendors) -> None:
    Call.objects.filter(pk=call.pk).update(type="conversational")
    answer = hook(client, "twilio_voice", call.pk, CallSid=str(call.twilio_sid))
    assert "Gather" in tags(answer)


def test_fm16_after_goodbye_a_closed_stream_means_hang_up(client: Client, call: Call) -> None:
    hook(client, "twilio_voice", call.pk, CallSid=str(call.twilio_sid))
    log_event(call.pk, EventKind.GOODBYE)
    assert tags(hook(client, "twilio_continue", call.pk, CallSid=str(call.twilio_sid))) == ["Hangup"]


@pytest.mark.django_db(transaction=True)  # the voice books its cost on a connection of its own
def test_without_goodbye_the_turn_chain_takes_the_line_and_the_reason_is_kept(
    client: Client, call: Call, vendors: Vendors
) -> None:
    hook(client, "twilio_voice", call.pk, CallSid=str(call.twilio_sid))
    log_event(call.pk, EventKind.FALLBACK, reason="model_lost")
    answer = hook(client, "twilio_continue", call.pk, CallSid=str(call.twilio_sid))
    assert "Hangup" not in tags(answer)
    spans = list(EngineSpan.objects.filter(call=call))
    assert [(span.engine, span.end_reason) for span in spans] == [
        (Engine.REALTIME, "model_lost"),
        (Engine.CONVERSATION, ""),
    ]


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


def test_a_recording_is_kept_once_and_processed_once(
    client: Client, call: Call, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    form = {
        "CallSid": str(call.twilio_sid),
        "RecordingSid": "RE" + "1" * 32,
        "RecordingUrl": "https://api.twilio.com/2010-04-01/Accounts/AC0/Recordings/RE1",
        "RecordingStatus": "completed",
        "RecordingDuration": "12",
        "RecordingStartTime": "Sun, 22 Nov 2026 09:00:00 +0000",
    }
    with django_capture_on_commit_callbacks() as first:
        assert hook(client, "twilio_recording", call.pk, **form).status_code == 204
    with django_capture_on_commit_callbacks() as second:
        assert hook(client, "twilio_recording", call.pk, **form).status_code == 204
    recording = Recording.objects.get()
    assert (recording.status, recording.seconds, recording.call) == ("announced", 12, call)
    assert recording.started_at is not None
    enqueued = [getattr(callback, "func", None) == process_recording.enqueue for callback in (*first, *second)]
    assert enqueued.count(True) == 1


def test_a_recording_that_will_never_be_is_on_record(client: Client, call: Call) -> None:
    hook(
        client,
        "twilio_recording",
        call.pk,
        CallSid=str(call.twilio_sid),
        RecordingSid="RE" + "2" * 32,
        RecordingStatus="absent",
    )
    assert Recording.objects.get().status == "absent"
    assert not default_storage.exists("recordings/RE" + "2" * 32 + ".wav")


@pytest.mark.parametrize("status", ["in-progress", "failed", ""])
def test_other_news_of_a_recording_is_heard_and_ignored(client: Client, call: Call, status: str) -> None:
    form = {"CallSid": str(call.twilio_sid), "RecordingSid": "RE" + "3" * 32, "RecordingStatus": status}
    assert hook(client, "twilio_recording", call.pk, **form).status_code == 204
    assert not Recording.objects.exists()


@pytest.mark.parametrize("sid", ["", "RE1", "../../etc/passwd", "RE" + "Z" * 32])
def test_a_recording_s_sid_that_is_none_names_no_file(client: Client, call: Call, sid: str) -> None:
    form = {"CallSid": str(call.twilio_sid), "RecordingSid": sid, "RecordingStatus": "completed"}
    assert hook(client, "twilio_recording", call.pk, **form).status_code == 204
    assert not Recording.objects.exists()


def test_a_failed_handshake_of_the_stream_is_on_record(client: Client, call: Call) -> None:
    form = {"StreamSid": "MZ1", "StreamEvent": "stream-error", "StreamError": "31920: handshake"}
    for _ in range(2):
        assert hook(client, "twilio_stream", call.pk, CallSid=str(call.twilio_sid), **form).status_code == 204
    assert [event.data["error"] for event in call.events.filter(kind="stream")] == ["31920: handshake"]


def test_fm22_machine_detection_takes_the_line_from_the_ai(client: Client, call: Call, carrier: Carrier) -> None:
    form = {"CallSid": str(call.twilio_sid), "AnsweredBy": "machine_start"}
    assert hook(client, "twilio_amd", call.pk, **form).status_code == 204
    call.refresh_from_db()
    assert call.outcome == "voicemail_no_message"
    assert carrier.updates()[0].form["Url"].endswith(f"/overheard/{call.pk}/0")


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"CallStatus": "completed", "CallDuration": "-5", "SequenceNumber": "x" * 500},
        {"CallStatus": "completed", "CallDuration": "9" * 40},
        {"CallStatus": "fa\x00iled", "SequenceNumber": "1"},
        {"CallStatus": "🦆" * 300},
        {"CallStatus": "completed", "CallDuration": "٣"},
        {"CallStatus": "failed", "SipResponseCode": "6" * 300, "SequenceNumber": "3"},
    ],
)
def test_odd_values_in_a_signed_form_are_no_server_error(client: Client, call: Call, form: dict[str, str]) -> None:
    answer = hook(client, "twilio_status", call.pk, CallSid=str(call.twilio_sid), **form)
    assert answer.status_code == 204


def test_trouble_while_talking_ends_politely(client: Client, call: Call, settings: Settings) -> None:
    Call.objects.filter(pk=call.pk).update(type="conversational")
    settings.BROKERAGE_NAME = None  # makes the greeting impossible
    settings.AGENT_NAME = None
    settings.POLLY_ENGINE = object()
    assert tags(hook(client, "twilio_voice", call.pk, CallSid=str(call.twilio_sid)))[-1] in ("Hangup", "Redirect")


def test_somebody_who_calls_us_hears_the_way_to_opt_out(client: Client, lead: Lead, carrier: Carrier) -> None:
    answer = hook(client, "twilio_inbound", CallSid="CA1", From=str(lead.phone))
    assert "call you back" in said(answer)
    assert "press nine" in said(answer)
    lead.refresh_from_db()
    assert lead.next_action_at is not None
    assert lead.activities.get().kind == "task"


def test_a_call_to_us_that_is_told_twice_is_one_task(client: Client, lead: Lead, carrier: Carrier) -> None:
    for sid in ("CA1", "CA1", "CA2"):
        assert "call you back" in said(hook(client, "twilio_inbound", CallSid=sid, From=str(lead.phone)))
    assert lead.activities.count() == 2


def test_somebody_we_do_not_know_is_promised_nothing(client: Client, db: None, carrier: Carrier) -> None:
    assert "call you back" not in said(hook(client, "twilio_inbound", CallSid="CA1", From="+15125550177"))
    assert tags(hook(client, "twilio_inbound", CallSid="CA1", From="anonymous"))[0] == "Gather"


def test_9_is_never_called_again(client: Client, lead: Lead, carrier: Carrier) -> None:
    for _ in range(2):
        answer = hook(client, "twilio_inbound_key", CallSid="CA1", From=str(lead.phone), Digits="9")
        assert "do-not-call list" in said(answer)
    assert Suppression.objects.get().scope == "company"


def test_an_opt_out_without_a_number_is_not_claimed(client: Client, db: None, carrier: Carrier) -> None:
    answer = hook(client, "twilio_inbound_key", CallSid="CA1", From="anonymous", Digits="9")
    assert "do-not-call list" not in said(answer)
    assert not Suppression.objects.exists()


@pytest.mark.django_db(transaction=True)
async def test_the_webhooks_work_under_asgi_too(lead: Lead, carrier: Carrier, async_client: AsyncClient) -> None:
    call = await Call.objects.acreate(
        type="realtime", lead=lead, to_number="+15125550155", status="ringing", twilio_sid="CA" + "8" * 32
    )
    path = reverse("twilio_voice", args=[call.pk])
    form = {"CallSid": str(call.twilio_sid)}
    signature = sign(f"https://ringside.example{path}", form)
    answer = await async_client.post(path, form, headers={"X-Twilio-Signature": signature})
    assert tags(answer) == ["Connect", "Redirect"]
    await sync_to_async(connections.close_all)()  # this thread's own
