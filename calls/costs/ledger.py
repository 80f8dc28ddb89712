"""Book what a call used of the vendors, once per use.

Meters are counted in single units (a token, a character, a started minute). `pricing.py` turns them into USD.
"""

import math
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from calls.models import Call, CallType, Engine, EngineSpan, Recording, Transfer, Usage
from calls.providers import ChatUsage


def book_usage(
    call_id: uuid.UUID | str, meter: str, quantity: Decimal | int | float, *, key: str, model: str = ""
) -> bool:
    """Book a quantity once per call, meter and key; return False if it is booked already or is 0."""
    if quantity <= 0:
        return False
    amount = Decimal(str(quantity))
    try:
        with transaction.atomic():
            Usage.objects.create(call_id=call_id, meter=meter, model=model, quantity=amount, key=key[:120])
    except IntegrityError:
        if not Usage.objects.filter(call_id=call_id, meter=meter, key=key[:120]).exists():
            raise
        return False
    return True


def book_chat_usage(call_id: uuid.UUID | str, usage: ChatUsage, *, request_id: str, model: str) -> None:
    """Book the tokens of one chat request; cached ones are part of the prompt and have a price of their own."""
    book_usage(call_id, "openai.chat_in", usage.prompt - usage.cached, key=request_id, model=model)
    book_usage(call_id, "openai.chat_cached", usage.cached, key=request_id, model=model)
    book_usage(call_id, "openai.chat_out", usage.completion, key=request_id, model=model)


def book_realtime_usage(call_id: uuid.UUID | str, usage: Mapping[str, Any], response_id: str, model: str) -> None:
    """Book the `usage` of a `response.done`: text and audio tokens in and out, cached ones apart.

    Missing fields count as 0.
    """
    given, made = usage.get("input_token_details") or {}, usage.get("output_token_details") or {}
    cached = given.get("cached_tokens_details") or {}
    cached_text, cached_audio = _tokens(cached, "text_tokens"), _tokens(cached, "audio_tokens")
    quantities = {
        "openai.text_in": _tokens(given, "text_tokens") - cached_text,
        "openai.text_cached": cached_text,
        "openai.text_out": _tokens(made, "text_tokens"),
        "openai.audio_in": _tokens(given, "audio_tokens") - cached_audio,
        "openai.audio_cached": cached_audio,
        "openai.audio_out": _tokens(made, "audio_tokens"),
    }
    for meter, quantity in quantities.items():
        book_usage(call_id, meter, quantity, key=response_id, model=model)


def book_transcription(call_id: uuid.UUID | str, seconds: float, *, key: str, model: str) -> None:
    """Book recognized speech, in minutes and fractions."""
    book_usage(call_id, "openai.transcribe_minute", Decimal(str(round(seconds / 60, 6))), key=key, model=model)


def book_carrier(call: Call) -> None:
    """Book what the carrier charges for an ended call: started minutes of its legs, media stream and recordings.

    A regular call has two outbound legs: the staff member's for the whole call, the lead's from its answer on. A
    transferred call has two from when the colleague took it. What is not known yet (a recording still to come) is
    booked when this is called again.
    """
    if not call.is_ended:
        return
    book_usage(call.pk, "twilio.outbound_minute", started_minutes(call.seconds or 0), key="call")
    if call.type == CallType.REGULAR and call.answered_at and call.ended_at:
        lead_seconds = (call.ended_at - call.answered_at).total_seconds()
        book_usage(call.pk, "twilio.outbound_minute", started_minutes(lead_seconds), key="lead_leg")
    for transfer in Transfer.objects.filter(call=call, connected_at__isnull=False):
        book_usage(
            call.pk,
            "twilio.outbound_minute",
            started_minutes(_colleague_seconds(call, transfer)),
            key=f"transfer:{transfer.pk}",
        )
    for span in EngineSpan.objects.filter(call=call, engine=Engine.REALTIME, ended_at__isnull=False):
        held = (span.ended_at - span.started_at).total_seconds() if span.ended_at else 0
        book_usage(call.pk, "twilio.stream_minute", started_minutes(held), key=f"span:{span.pk}")
    for recording in Recording.objects.filter(call=call, seconds__gt=0):
        book_usage(
            call.pk,
            "twilio.recording_minute",
            started_minutes(recording.seconds or 0),
            key=f"recording:{recording.sid}",
        )


def _colleague_seconds(call: Call, transfer: Transfer) -> float:
    """Return the seconds for which a colleague held the line."""
    end = transfer.ended_at or call.ended_at
    return (end - transfer.connected_at).total_seconds() if end and transfer.connected_at else 0.0


def started_minutes(seconds: float) -> int:
    """Return whole minutes, counting started ones (Twilio voice pricing)."""
    return math.ceil(seconds / 60)


def _tokens(details: Mapping[str, Any], name: str) -> int:
    value = details.get(name)
    return int(value) if isinstance(value, int | float) else 0
