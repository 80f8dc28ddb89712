"""Comparisons: start side-by-side test calls to one lead, know when they are done, and give their table as JSON.

All AI calls of a comparison are briefed from one snapshot of the lead, so that none learns from another.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now

from calls.agent.briefing import snapshot
from calls.compliance.gate import Block
from calls.compliance.own_lines import persona_lines
from calls.costs.pricing import cost_as_json
from calls.lifecycle.placing import Refusal, agent_mode_for, request_call
from calls.measurement.response_latency import response_latency
from calls.models import (
    LIVE_STATUSES,
    Call,
    CallStatus,
    CallType,
    Comparison,
    EventKind,
    Recording,
)
from leads.models import Appointment, Lead

BEGINS_WITHIN = timedelta(seconds=30)  # a comparison without a call by then never gets one
UNDER_WAY = Block("comparing", "A comparison with this lead is under way")
SETTLED_AFTER = timedelta(seconds=90)  # after its end a call's recording is no longer waited for


def start_comparison(
    *,
    lead: Lead,
    types: Sequence[CallType],
    placed_by: User,
    agent_mode: str = "auto",
    persona: str = "",
    lines: Sequence[str] = (),
) -> Comparison | Refusal:
    """Place one test call of each type; a Refusal when not one of them may be placed, or a comparison is under way.

    They go to the test lines of `persona` (empty: the one named like the agent's mode), each to a line of its own
    while there are enough; without any, to the lead's own number, one after the other. `lines` are dialed instead
    of both.
    """
    mode = agent_mode_for(lead, agent_mode)
    comparison = _begin(lead=lead, placed_by=placed_by, agent_mode=mode, persona=persona)
    if comparison is None:
        return Refusal((UNDER_WAY,))
    numbers = tuple(lines) or persona_lines(persona or mode) or (str(lead.phone),)
    results = [
        request_call(
            lead=lead,
            type=type_,
            placed_by=placed_by,
            agent_mode=mode,
            comparison=comparison,
            to_number=numbers[place % len(numbers)],
        )
        for place, type_ in enumerate(types)
    ]
    refusals = [result for result in results if isinstance(result, Refusal)]
    if len(refusals) < len(results):
        return comparison
    if not comparison.calls.exists():
        comparison.delete()
    return refusals[0]


def _begin(**fields: Any) -> Comparison | None:
    """A new comparison; None while one with the same lead is under way, whoever pressed the button first."""
    lead = fields["lead"]
    with transaction.atomic():
        Lead.objects.select_for_update().get(pk=lead.pk)
        beginning = Q(calls__isnull=True, created_at__gt=now() - BEGINS_WITHIN)
        talking = Q(calls__status__in=(CallStatus.QUEUED, *LIVE_STATUSES))
        if Comparison.objects.filter(beginning | talking, lead=lead).exists():
            return None
        return Comparison.objects.create(briefing=snapshot(lead), **fields)


def is_settled(comparison: Comparison, *, at: datetime | None = None) -> bool:
    """Whether every call has ended and its recording was processed, or is no longer waited for."""
    return all(_is_settled(call, at or now()) for call in comparison.calls.all())


def succeeded(comparison: Comparison) -> bool:
    """Whether every call was completed."""
    return all(call.status == "completed" for call in comparison.calls.all())


def table(comparison: Comparison) -> dict[str, Any]:
    """The comparison as JSON: {"comparison": {...}, "calls": [...]}, calls in the order they were asked for."""
    calls = comparison.calls.select_related("lead", "placed_by").order_by("queued_at", "pk")
    return {
        "comparison": {
            "id": str(comparison.pk),
            "lead": str(comparison.lead_id),
            "agent_mode": comparison.agent_mode,
            "persona": comparison.persona,
            "created_at": comparison.created_at.isoformat(),
            "simulated": any(call.simulated for call in calls),
            "settled": is_settled(comparison),
            "url": comparison.get_absolute_url(),
        },
        "calls": [call_row(call) for call in calls],
    }


def call_row(call: Call) -> dict[str, Any]:
    """One call of the table. Latencies in ms, lengths in seconds, money as decimal text in USD."""
    turns = list(call.turns.all())
    return {
        "id": str(call.pk),
        "type": call.type,
        "status": call.status,
        "outcome": call.outcome,
        "seconds": call.duration_seconds,
        "turns": len(turns),
        "interrupted_turns": sum(turn.interrupted for turn in turns),
        "latency_ms": response_latency(turns, call.measurements.all()).as_dict(),
        "measured": _measured(call),
        "tools": [{"name": use.name, "ok": use.ok} for use in call.tool_uses.all()],
        "appointment": _appointment(Appointment.objects.filter(call_id=call.pk).first()),
        "recording": _recording(call.recordings.filter(status=Recording.Status.STORED).first()),
        "cost": cost_as_json(call),
        "fallbacks": _fallbacks(call),
        "error": {"code": call.error_code, "message": call.error_message} if call.error_code else None,
    }


def _is_settled(call: Call, at: datetime) -> bool:
    if not call.is_ended:
        return False
    if call.answered_at is None or (call.ended_at and at - call.ended_at > SETTLED_AFTER):
        return True
    recordings = list(call.recordings.all())
    awaited = [row for row in recordings if row.status != Recording.Status.ABSENT]
    return bool(recordings) and call.events.filter(kind=EventKind.RECORDING_TAKEN_IN).count() >= len(awaited)


def _measured(call: Call) -> dict[str, float]:
    rows = call.measurements.filter(basis="recording").order_by("metric")
    return {f"{row.metric}_{row.unit}" if row.unit == "ms" else row.metric: round(row.value, 3) for row in rows}


def _appointment(found: Appointment | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "id": str(found.pk),
        "type": found.type,
        "start": found.start_at.isoformat(),
        "timezone": found.timezone,
        "status": found.status,
        "is_test": found.is_test,
    }


def _recording(found: Recording | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "url": reverse("recording_audio", args=[found.pk]),
        "seconds": found.seconds,
        "channels": found.channels,
        "rms": found.rms,
    }


def _fallbacks(call: Call) -> list[dict[str, str]]:
    """Every fallback of the call: the part that failed, what took its place, and why."""
    return [
        {name: str(event.data.get(name, "")) for name in ("part", "to", "reason")}
        for event in call.events.filter(kind=EventKind.FALLBACK)
    ]
