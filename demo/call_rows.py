"""Store past calls as the product would have: the call, who held the line, what was said and used, the timeline."""

import math
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User

from calls.models import AgentMode, Call, CallType, Disposition, Engine, EngineSpan, Turn, Usage
from demo.call_history import PastCall
from leads.models import Activity, Lead

ENGINE = {
    CallType.REGULAR: Engine.HUMAN,
    CallType.CONVERSATIONAL: Engine.CONVERSATION,
    CallType.REALTIME: Engine.REALTIME,
}
INSTRUCTIONS_TOKENS = 1800  # of the AI, once a turn
TOKENS_PER_CHARACTER = 0.25
AUDIO_IN_PER_S, AUDIO_OUT_PER_S = 10, 20  # tokens, by OpenAI's guide to the Realtime API's costs


def store_calls(lead: Lead, past: list[PastCall], staff: User) -> list[Call]:
    """Add these calls, all by `staff`, with their rows, and what they mean for the lead; returns them, oldest first."""
    calls = [_call(lead, each, staff) for each in past]
    Call.objects.bulk_create(calls)
    pairs = [(call, each) for call, each in zip(calls, past, strict=True)]
    answered = [(call, each) for call, each in pairs if each.answered_at]
    EngineSpan.objects.bulk_create(_span(call, each) for call, each in answered)
    Turn.objects.bulk_create(turn for call, each in answered for turn in _turns(call, each))
    Usage.objects.bulk_create(usage for call, each in answered for usage in _usage(call, each))
    Activity.objects.bulk_create(_activity(call, each, staff) for call, each in pairs)
    _tell_the_lead(lead, past)
    return calls


def _call(lead: Lead, past: PastCall, staff: User) -> Call:
    by_ai = past.type != CallType.REGULAR
    return Call(
        lead=lead,
        type=past.type,
        status=past.status,
        to_number=lead.phone,
        placed_by=staff,
        agent_mode=AgentMode.SELLER if lead.intent == Lead.Intent.SELLER else AgentMode.BUYER,
        simulated=True,
        opening=past.lines[0].text if by_ai and past.lines else "",
        queued_at=past.placed_at,
        placed_at=past.placed_at,
        answered_at=past.answered_at,
        ended_at=past.ended_at,
        duration_seconds=past.seconds,
        outcome=past.outcome,
        outcome_by_ai=by_ai and past.reached_the_lead,
        answered_by="machine_start" if past.outcome == Disposition.VOICEMAIL else "",
    )


def _span(call: Call, past: PastCall) -> EngineSpan:
    engine = ENGINE[past.type] if past.reached_the_lead else Engine.MACHINE
    return EngineSpan(
        call=call,
        engine=engine,
        started_at=past.answered_at or past.placed_at,
        ended_at=past.ended_at,
        end_reason="completed",
    )


def _turns(call: Call, past: PastCall) -> Iterator[Turn]:
    ours = Turn.Speaker.STAFF if past.type == CallType.REGULAR else Turn.Speaker.AGENT
    for at, line in enumerate(past.lines):
        yield Turn(
            call=call,
            speaker=ours if line.ours else Turn.Speaker.LEAD,
            engine=ENGINE[past.type],
            text=line.text,
            item_id=f"past-{at}",
            position=10 * at,
            started_ms=line.start_ms,
            ended_ms=line.end_ms,
            latency_ms=line.latency_ms if past.type != CallType.REGULAR else None,
            created_at=(past.answered_at or past.placed_at) + timedelta(milliseconds=line.start_ms),
        )


def _usage(call: Call, past: PastCall) -> Iterator[Usage]:
    for meter, model, quantity in _meters(past):
        yield Usage(call=call, meter=meter, model=model, quantity=quantity, key="past", at=past.ended_at)


def _meters(past: PastCall) -> Iterator[tuple[str, str, int]]:
    minutes, answers = math.ceil(past.seconds / 60), sum(line.ours for line in past.lines)
    yield "twilio.outbound_minute", "", minutes * (2 if past.type == CallType.REGULAR else 1)
    if not past.reached_the_lead:
        return
    spoken = sum(len(line.text) for line in past.lines if line.ours)
    if past.type == CallType.CONVERSATIONAL:
        yield "twilio.gather", "", answers
        yield "openai.chat_in", settings.OPENAI_CHAT_MODEL, INSTRUCTIONS_TOKENS * answers
        yield "openai.chat_out", settings.OPENAI_CHAT_MODEL, round(spoken * TOKENS_PER_CHARACTER)
        yield "polly.character", settings.POLLY_ENGINE, spoken
    elif past.type == CallType.REALTIME:
        seconds = sum(line.end_ms - line.start_ms for line in past.lines if line.ours) / 1000
        yield "twilio.stream_minute", "", minutes
        yield "openai.text_in", settings.OPENAI_REALTIME_MODEL, INSTRUCTIONS_TOKENS * answers
        yield "openai.audio_in", settings.OPENAI_REALTIME_MODEL, AUDIO_IN_PER_S * past.seconds
        yield "openai.audio_out", settings.OPENAI_REALTIME_MODEL, round(AUDIO_OUT_PER_S * seconds)


def _activity(call: Call, past: PastCall, staff: User) -> Activity:
    return Activity(
        lead_id=call.lead_id,
        kind=Activity.Kind.CALL,
        summary=f"{call.get_type_display()} call: {call.get_outcome_display().lower()}",
        actor=staff,
        by_ai=call.type != CallType.REGULAR,
        call_id=call.pk,
        occurred_at=past.ended_at,
        data={"type": call.type, "status": call.status, "outcome": call.outcome},
    )


def _tell_the_lead(lead: Lead, past: list[PastCall]) -> None:
    """The figures the CRM keeps about attempts; the row is saved."""
    reached = [call.answered_at for call in past if call.reached_the_lead]
    lead.attempts = len(past)
    lead.first_attempt_at = past[0].placed_at if past else None
    lead.first_contact_at = reached[0] if reached else None
    lead.save(update_fields=["attempts", "first_attempt_at", "first_contact_at"])


def booking_call(calls: list[Call]) -> Call | None:
    """The AI call that came to an appointment, if one did."""
    made = [call for call in calls if call.outcome == Disposition.APPOINTMENT_SET and call.type != CallType.REGULAR]
    return made[-1] if made else None
