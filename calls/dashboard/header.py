"""The header of a call: its status, clock, the engine that holds the line, and who speaks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.text import capfirst

from calls.dashboard.labels import engine_label, speaker_name
from calls.dashboard.reasons import reason_words
from calls.models import (
    OPEN_TRANSFER_STATUSES,
    Call,
    CallEvent,
    CallStatus,
    CallType,
    Engine,
    EngineSpan,
    EventKind,
    Transfer,
    Turn,
)
from leads.models import short_name

AI_ENGINES = (Engine.REALTIME, Engine.CONVERSATION)
TONES = {
    CallStatus.QUEUED: "waiting",
    CallStatus.DIALING: "dialing",
    CallStatus.PLACED: "dialing",
    CallStatus.RINGING: "dialing",
    CallStatus.IN_PROGRESS: "live",
    CallStatus.COMPLETED: "done",
}
MILESTONES = {  # of a regular call, in the order they are reached
    EventKind.LEAD_LEG_ENDED: "{lead} has hung up",
    EventKind.LEAD_ANSWERED: "{staff} and {lead} are talking",
    EventKind.LEAD_RINGING: "{lead}’s phone is ringing",
    "connecting": "Connecting {lead}",
    EventKind.STAFF_ANSWERED: "{staff} picked up, and hears who the lead is",
}
WAITING = {
    "waiting": "Waits for a free line",
    "dialing": "Nobody has picked up yet",
    "live": "Connected; nobody has spoken yet",
    "done": "",
    "lost": "The call did not take place",
}


@dataclass(frozen=True, slots=True)
class Header:
    """How a call stands now. `since` is what a running clock counts from, `seconds` the length of a call that is over.

    `engine` holds the line, or held it last; `engine_label` names all that held a call that is over, in order.
    `speaking` is who speaks (agent, staff, lead), empty in a pause; `activity` says in words what goes on.
    `may_take_over` while the AI holds the line and no colleague's phone rings.
    """

    status: str
    status_label: str
    tone: str
    is_live: bool
    is_ended: bool
    since: datetime | None
    seconds: int | None
    engine: str
    engine_label: str
    speaking: str
    activity: str
    problem: str
    may_take_over: bool


def header_of(
    call: Call,
    spans: Sequence[EngineSpan],
    turns: Sequence[Turn],
    events: Sequence[CallEvent],
    transfers: Sequence[Transfer],
    now: datetime,
) -> Header:
    """The header of that call at `now`."""
    engine = spans[-1].engine if spans else ""
    held = [engine for engine, _ in groupby(span.engine for span in spans)]
    away = _with_others(call, engine, transfers)
    speaking, activity = ("", away) if away else _conversation(call, turns, events, now)
    tone = status_tone(call.status)
    return Header(
        status=call.status,
        status_label=call.get_status_display(),
        tone=tone,
        is_live=call.is_live,
        is_ended=call.is_ended,
        since=(call.answered_at or call.placed_at) if call.is_live else None,
        seconds=round(call.seconds) if call.is_ended and call.seconds is not None else None,
        engine=engine,
        engine_label="; then ".join(map(engine_label, held)) if call.is_ended else engine_label(engine),
        speaking=speaking,
        activity=activity or WAITING[tone],
        problem=(call.error_message or capfirst(reason_words(call.error_code))) if tone == "lost" else "",
        may_take_over=call.status == CallStatus.IN_PROGRESS and engine in AI_ENGINES and not away,
    )


def status_tone(status: str) -> str:
    """The tone of a status, which sets its color: waiting, dialing, live, done or lost."""
    return TONES.get(CallStatus(status), "lost")


def _with_others(call: Call, engine: str, transfers: Sequence[Transfer]) -> str:
    """What happens while an AI call is with a colleague or a machine, in words; empty when the AI holds it."""
    if call.status != CallStatus.IN_PROGRESS or call.type == CallType.REGULAR:
        return ""
    last = transfers[-1] if transfers else None
    if last and last.status in OPEN_TRANSFER_STATUSES:
        return f"{short_name(last.colleague)}’s phone is ringing"
    if last and engine == Engine.HUMAN:
        return f"{short_name(last.colleague)} and {call.lead.first_name} are talking"
    return "Listening to the machine that answered" if engine == Engine.MACHINE else ""


def _conversation(call: Call, turns: Sequence[Turn], events: Sequence[CallEvent], now: datetime) -> tuple[str, str]:
    if call.type == CallType.REGULAR and call.is_live:
        return "", _milestone(call, events)
    if call.status != CallStatus.IN_PROGRESS or not turns:
        return "", ""
    last = turns[-1]
    name = speaker_name(call, last.speaker)
    if _still_speaking(call, last, now):
        return last.speaker, f"{name} is speaking"
    if last.speaker == Turn.Speaker.LEAD:
        return "", f"{speaker_name(call, Turn.Speaker.AGENT)} is about to answer"
    return "", f"Listening to {call.lead.first_name}"


def _still_speaking(call: Call, turn: Turn, now: datetime) -> bool:
    """Whether the turn is being spoken: it has no end yet, or its sound is still playing."""
    if turn.ended_ms is None:
        return turn.started_ms is not None
    return call.answered_at is not None and (now - call.answered_at).total_seconds() * 1000 < turn.ended_ms


def _milestone(call: Call, events: Sequence[CallEvent]) -> str:
    reached = {event.kind for event in events}
    text = next((text for kind, text in MILESTONES.items() if kind in reached), "")
    return text.format(lead=call.lead.first_name, staff=speaker_name(call, Turn.Speaker.STAFF))
