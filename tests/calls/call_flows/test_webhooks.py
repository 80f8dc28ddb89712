"""The carrier's webhooks with no flow of their own: opening a call, recordings, the stream, machine detection."""

import pytest
from asgiref.sync import sync_to_async
from django.core.files.storage import default_storage
from django.db import connections
from django.test import AsyncClient, Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from calls.measurement.tasks import process_recording
from calls.models import Call, Recording
from leads.models import Lead
from tests.calls.answers import tags
from tests.calls.carrier_stub import Carrier, hook, sign
from tests.calls.vendors import Vendors


@pytest.mark.django_db(transaction=True)  # clips are rendered on other connections
def test_a_conversational_call_opens_with_a_gather(client: Client, call: Call, vendors: Vendors) -> None:
    Call.objects.filter(pk=call.pk).update(type="conversational")
    answer = hook(client, "twilio_voice", call.pk, CallSid=str(call.twilio_sid))
    assert "Gather" in tags(answer)


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
