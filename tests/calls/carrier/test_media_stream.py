"""The TwiML that opens a media stream, and the token that names its call."""

from django.test import Client

from calls.models import Call, EngineSpan
from tests.calls.answers import verbs
from tests.calls.carrier_stub import hook


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
