"""Continue a call after its media stream: ring a colleague, hang up, or go on with the conversational engine.

The carrier comes here when the bridge has closed the stream and the person is still on the line: on purpose after a
goodbye or for a transfer, or because the realtime engine failed.
"""

from calls.call_flows import warm_transfer
from calls.call_log.engine_spans import begin_engine
from calls.carrier import twiml
from calls.conversational import entries
from calls.models import Call, Engine, EventKind


def after_stream_twiml(call: Call) -> str:
    """Ring the colleague who was announced, hang up after a goodbye, or else talk on turn by turn."""
    if warm_transfer.open_transfer(call) is not None:
        return warm_transfer.ring_twiml(call)
    if call.outcome or call.events.filter(kind=EventKind.GOODBYE).exists():
        return twiml.document(twiml.hangup())
    begin_engine(call.pk, Engine.CONVERSATION, reason=_why_the_stream_ended(call)[:60])
    return entries.continue_twiml(call)


def _why_the_stream_ended(call: Call) -> str:
    fallback = call.events.filter(kind=EventKind.FALLBACK).last()
    reason = str(fallback.data.get("reason", "")) if fallback else ""
    return reason or "stream closed"
