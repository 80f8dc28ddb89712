"""Whole calls for pages to show: what was said, which tools ran, what was booked, and a recording one can hear."""

import io
import math
import struct
import wave
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.utils.timezone import now

from calls.models import (
    Call,
    CallEvent,
    CallMeasurement,
    CallType,
    Comparison,
    EngineSpan,
    Price,
    Recording,
    ToolUse,
    Turn,
    Usage,
)
from leads.models import Appointment, Lead
from tests.people import make_call

Said = tuple[str, str, int | None]
BUYER_TALK: list[Said] = [
    ("agent", "Hi, I'm an AI assistant calling for Lakeside Homes Realty. Say stop any time. Is this Maria?", None),
    ("lead", "Yes, this is Maria.", None),
    ("agent", "Great. You asked about homes in Willow Creek. What price range are you thinking of?", 640),
    ("lead", "Up to four hundred fifty thousand, three bedrooms, and we need a fenced yard for the dog.", None),
    ("agent", "I found two: 14 Orchard Lane at $425,000 and 9 Cedar Court at $439,000. See one on Tuesday?", 1480),
    ("lead", "Tuesday at four works.", None),
    ("agent", "Booked for Tuesday at four. You will get a message with the address. Goodbye, Maria.", 910),
    ("lead", "Thank you, bye.", None),
]
ENGINES = {"regular": "human", "conversational": "conversation", "realtime": "realtime"}


def tell(call: Call, talk: list[Said], *, slower: float = 1.0) -> list[Turn]:
    """Put the talk on the call, one turn after the other, from its answer on."""
    clock, turns = 0, []
    for number, (speaker, text, latency) in enumerate(talk):
        start = clock + round((latency or 300) * slower)
        clock = start + 60 * len(text)
        turns.append(
            Turn.objects.create(
                call=call,
                speaker="staff" if call.type == CallType.REGULAR and speaker == "agent" else speaker,
                engine=ENGINES[call.type],
                text=text,
                item_id=f"item-{number}",
                position=number * 10,
                started_ms=start,
                ended_ms=clock,
                latency_ms=round(latency * slower) if latency else None,
                created_at=(call.answered_at or now()) + timedelta(milliseconds=start),
            )
        )
    return turns


def use_tools(call: Call, turns: list[Turn]) -> None:
    """A search and a booking, where the talk has them."""
    for turn, name, arguments, data in (
        (turns[3], "search_listings", {"price_max": 450000, "beds_min": 3}, {"listings": [{}, {}]}),
        (turns[5], "schedule_appointment", {"type": "showing", "confirm_phrase": "Tuesday at four"}, {"booked": True}),
    ):
        ToolUse.objects.create(
            call=call,
            name=name,
            tool_call_id=f"{name}-1",
            arguments=arguments,
            result={"ok": True, "data": data},
            ok=True,
            engine=ENGINES[call.type],
            started_at=turn.created_at + timedelta(milliseconds=20),
            finished_at=turn.created_at + timedelta(milliseconds=65),
        )


def book(call: Call, agent: User) -> Appointment:
    """A showing in three days, as a test booking when the call is part of a comparison."""
    start = (now() + timedelta(days=3)).replace(hour=22, minute=0, second=0, microsecond=0)
    return Appointment.objects.create(
        lead=call.lead,
        agent=agent,
        type="showing",
        start_at=start,
        end_at=start + timedelta(minutes=30),
        timezone=call.lead.timezone,
        source="ai_call",
        call_id=call.pk,
        is_test=call.comparison_id is not None,
    )


def use_meters(call: Call) -> None:
    """What an AI call uses up: carrier minutes, and tokens of its own model."""
    audio = call.type == CallType.REALTIME
    meters = [("twilio.outbound_minute", "", 1), ("twilio.recording_minute", "", 1)]
    meters += (
        [("openai.audio_in", "gpt-realtime-2.1", 900), ("openai.audio_out", "gpt-realtime-2.1", 1400)]
        if audio
        else [("openai.chat_in", "gpt-4o-mini", 5200), ("polly.character", "neural", 430), ("twilio.gather", "", 4)]
    )
    for meter, model, quantity in meters:
        Price.objects.get_or_create(  # list prices are a migration's, and gone after a test that empties the tables
            meter=meter, model=model, defaults={"unit_price": Decimal("0.00004"), "effective_from": date(2026, 6, 1)}
        )
        Usage.objects.create(call=call, meter=meter, model=model, quantity=quantity, key="told")


def record(call: Call, *, seconds: float = 6.0) -> Recording:
    """A stored two-channel recording: a tone on each side."""
    recording = Recording(
        call=call, sid=f"RE{call.pk.hex}", status="stored", seconds=seconds, channels=2, rms=[0.2, 0.2]
    )
    recording.file.save(f"{call.pk}.wav", ContentFile(tone_wav(seconds)))
    return recording


def measure_as_told(call: Call) -> None:
    """What the recording says of the call, as if it held the talk as it was told."""
    latencies = [turn.latency_ms for turn in call.turns.all() if turn.latency_ms is not None]
    figures = {"answers": len(latencies), "greeting_delay": 320, "lead_talk_share": 0.4}
    if latencies:
        figures["response_latency_p50"] = sorted(latencies)[(len(latencies) - 1) // 2]
    for metric, value in figures.items():
        if metric != "greeting_delay" or call.type != CallType.REGULAR:
            detail = {"each": latencies} if metric == "response_latency_p50" else {}
            CallMeasurement.objects.create(call=call, metric=metric, value=value, detail=detail)
    CallEvent.objects.create(call=call, kind="recording_taken_in", dedupe_key=f"recording_taken_in:RE{call.pk.hex}")


def tone_wav(seconds: float) -> bytes:
    """A stereo WAV at 8 kHz with a tone per channel."""
    frames = (
        struct.pack("<hh", round(6000 * math.sin(n * 0.2)), round(6000 * math.sin(n * 0.35)))
        for n in range(round(8000 * seconds))
    )
    target = io.BytesIO()
    with wave.open(target, "wb") as wav:
        wav.setnchannels(2)
        wav.setsampwidth(2)
        wav.setframerate(8000)
        wav.writeframes(b"".join(frames))
    return target.getvalue()


def finished_call(lead: Lead, type_: str, *, slower: float = 1.0, **fields: Any) -> Call:
    """A completed call with its talk, tools, booking and recording."""
    begun = now() - timedelta(minutes=5)
    call = make_call(
        lead,
        type=type_,
        **{
            "status": "completed",
            "queued_at": begun,
            "placed_at": begun,
            "answered_at": begun + timedelta(seconds=4),
            "ended_at": begun + timedelta(seconds=44),
            "duration_seconds": 40,
            "outcome": "appointment_set",
            "outcome_by_ai": True,
            "simulated": True,
        }
        | fields,
    )
    EngineSpan.objects.create(
        call=call,
        engine=ENGINES[type_],
        started_at=call.answered_at or now(),
        ended_at=call.ended_at,
        end_reason="completed",
    )
    turns = tell(call, BUYER_TALK, slower=slower)
    if type_ != CallType.REGULAR:
        use_tools(call, turns)
        if call.placed_by and call.comparison_id:
            book(call, call.placed_by)
        use_meters(call)
    record(call)
    measure_as_told(call)
    return call


def finished_comparison(lead: Lead, placed_by: User) -> Comparison:
    """Three completed calls side by side; realtime answers fastest."""
    comparison = Comparison.objects.create(lead=lead, placed_by=placed_by, agent_mode="buyer", persona="buyer")
    for number, (type_, slower) in enumerate((("regular", 1.3), ("conversational", 2.1), ("realtime", 1.0))):
        finished_call(
            lead, type_, slower=slower, comparison=comparison, placed_by=placed_by, to_number=f"+1512555018{number + 1}"
        )
    return comparison
