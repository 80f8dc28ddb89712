"""What the rows say of the calls of a run, when all is over."""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from calls.models import Call, CallEvent, Engine, EngineSpan, ToolUse, Turn
from leads.models import Appointment

FAREWELLS = ("goodbye", "call_back_promised")
RUNGS = ("stayed", "reconnected", "conversation", "human", "promise")


@dataclass
class Kept:
    """One call's rows."""

    id: uuid.UUID
    status: str
    ended_at: datetime | None
    final: bool
    farewell_at: datetime | None = None
    reasons: list[str] = field(default_factory=list)
    rung: str = "stayed"


def kept_by_sid() -> dict[str, Kept]:
    """Every call that reached the carrier."""
    events, spans = defaultdict(list), defaultdict(list)
    for event in CallEvent.objects.filter(kind__in=[*FAREWELLS, "reconnecting", "fallback", "transfer"]):
        events[event.call_id].append(event)
    for span in EngineSpan.objects.all():
        spans[span.call_id].append(span)
    return {
        str(call.twilio_sid): _kept(call, events[call.pk], spans[call.pk])
        for call in Call.objects.filter(twilio_sid__isnull=False)
    }


def _kept(call: Call, events: list[CallEvent], spans: list[EngineSpan]) -> Kept:
    farewells = [event.at for event in events if event.kind in FAREWELLS]
    kept = Kept(call.pk, call.status, call.ended_at, call.is_ended, min(farewells, default=None))
    kept.reasons = [str(event.data.get("reason", "")) for event in events if event.kind in ("reconnecting", "fallback")]
    kept.rung = _rung(call, {event.kind for event in events}, {span.engine for span in spans})
    return kept


def _rung(call: Call, kinds: set[str], engines: set[str]) -> str:
    """The lowest rung the call came down to."""
    if "call_back_promised" in kinds:
        return "promise"
    if Engine.HUMAN in engines:
        return "human"
    if call.type == "realtime" and Engine.CONVERSATION in engines:
        return "conversation"
    return "reconnected" if "reconnecting" in kinds else "stayed"


def counts() -> dict[str, Any]:
    """How much happened."""
    booked = list(Appointment.objects.filter(status="confirmed").values_list("call_id", flat=True))
    return {
        "turns": Turn.objects.count(),
        "tool_uses": ToolUse.objects.count(),
        "appointments": len(booked),
        "calls_with_two_appointments": len(booked) - len(set(booked)),
    }
