"""What follows a media stream: the end of the call, or the conversational engine."""

import pytest
from django.test import Client

from calls.call_log.events import log_event
from calls.models import Call, Engine, EngineSpan, EventKind
from tests.calls.answers import tags
from tests.calls.carrier_stub import hook
from tests.calls.vendors import Vendors


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
