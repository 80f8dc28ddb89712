"""What a page shows of calls: plain, comparable data, so that a live page renders only what changed."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet

from calls.board_lines import Line, lines_of
from calls.charts import Spark, Stretch, ceiling, percentile, spark, strip
from calls.models import Call, CallStatus, EngineSpan, Recording, ToolUse, Turn
from calls.wording import engine_label, speaker_name, words
from leads.models import Appointment, Lead

TONES = {
    CallStatus.QUEUED: "waiting",
    CallStatus.DIALLING: "dialling",
    CallStatus.PLACED: "dialling",
    CallStatus.RINGING: "dialling",
    CallStatus.IN_PROGRESS: "live",
    CallStatus.COMPLETED: "done",
}


@dataclass(frozen=True, slots=True)
class Head:
    """How the call stands. `since` is what a running clock counts from; `seconds` its length once it is over."""

    status: str
    status_label: str
    tone: str
    is_live: bool
    since: datetime | None
    seconds: int | None
    engine: str
    engine_label: str
    floor: str
    floor_label: str
    problem: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Turns and response latency (ms, as the server saw it), and who spoke when."""

    turns: int
    lead_turns: int
    interruptions: int
    p50_ms: int | None
    p95_ms: int | None
    measured: int
    spark: Spark
    strip: tuple[Stretch, ...]
    fallbacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Booking:
    """An appointment made on the call, in the zone it was spoken in."""

    label: str
    start_at: datetime
    timezone: str
    status: str
    is_test: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What came of the call."""

    outcome: str
    outcome_label: str
    by_ai: bool
    summary: str
    bookings: tuple[Booking, ...]
    is_ended: bool


@dataclass(frozen=True, slots=True)
class Audio:
    """The call's recording, or why there is none yet."""

    recording_id: int | None
    state: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Board:
    """One call as the pages show it."""

    call: Call
    head: Head
    lines: tuple[Line, ...]
    figures: Figures
    result: Result
    audio: Audio


def tone_of(status: str) -> str:
    """The colour a status wears: waiting, dialling, live, done or lost."""
    return TONES.get(CallStatus(status), "lost")


def calls_visible_to(user: User) -> QuerySet[Call]:
    """The calls that staff user may open: those of the leads he or she may open."""
    return Call.objects.filter(lead__in=Lead.objects.visible_to(user)).select_related("lead", "placed_by", "comparison")


def boards(calls: Sequence[Call]) -> list[Board]:
    """The boards of these calls, in their order, in a fixed number of queries; charts share one axis."""
    ids = [call.pk for call in calls]
    turns = _by_call(Turn.objects.filter(call__in=ids))
    spans = _by_call(EngineSpan.objects.filter(call__in=ids))
    tools = _by_call(ToolUse.objects.filter(call__in=ids))
    recordings = _by_call(Recording.objects.filter(call__in=ids))
    bookings = _bookings(ids)
    top = ceiling(t.latency_ms for rows in turns.values() for t in rows if t.latency_ms is not None)
    return [
        Board(
            call=call,
            head=_head(call, spans[call.pk], turns[call.pk]),
            lines=lines_of(call, turns[call.pk], tools[call.pk], spans[call.pk]),
            figures=_figures(call, turns[call.pk], spans[call.pk], top=top),
            result=_result(call, bookings[call.pk]),
            audio=_audio(call, recordings[call.pk]),
        )
        for call in calls
    ]


def board(call: Call) -> Board:
    """The board of one call."""
    return boards([call])[0]


def _by_call[Row: (Turn, EngineSpan, Recording, ToolUse)](rows: Iterable[Row]) -> dict[uuid.UUID, list[Row]]:
    found: dict[uuid.UUID, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.call_id].append(row)
    return found


def _bookings(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Appointment]]:
    found: dict[uuid.UUID, list[Appointment]] = defaultdict(list)
    for appointment in Appointment.objects.filter(call_id__in=ids):
        if appointment.call_id:
            found[appointment.call_id].append(appointment)
    return found


def _head(call: Call, spans: Sequence[EngineSpan], turns: Sequence[Turn]) -> Head:
    holding = next((span for span in spans if span.ended_at is None), None)
    engine = holding.engine if holding and call.is_live else ""
    floor = turns[-1].speaker if turns and call.status == CallStatus.IN_PROGRESS else ""
    return Head(
        status=call.status,
        status_label=call.get_status_display(),
        tone=tone_of(call.status),
        is_live=call.is_live,
        since=(call.answered_at or call.placed_at) if call.is_live else None,
        seconds=_seconds(call) if call.is_ended else None,
        engine=engine,
        engine_label=engine_label(engine),
        floor=floor,
        floor_label=f"{speaker_name(call, floor)} spoke last" if floor else "",
        problem=call.error_message or words(call.error_code),
    )


def _seconds(call: Call) -> int | None:
    if call.duration_seconds is not None:
        return call.duration_seconds
    if call.answered_at and call.ended_at:
        return round((call.ended_at - call.answered_at).total_seconds())
    return None


def _figures(call: Call, turns: Sequence[Turn], spans: Sequence[EngineSpan], *, top: int) -> Figures:
    latencies = [t.latency_ms for t in turns if t.latency_ms is not None and t.speaker != Turn.Speaker.LEAD]
    return Figures(
        turns=len(turns),
        lead_turns=sum(turn.speaker == Turn.Speaker.LEAD for turn in turns),
        interruptions=sum(turn.interrupted for turn in turns),
        p50_ms=percentile(latencies, 0.5),
        p95_ms=percentile(latencies, 0.95),
        measured=len(latencies),
        spark=spark(latencies, ceiling_ms=top),
        strip=_strip(call, turns),
        fallbacks=tuple(words(span.end_reason) for span in spans[:-1]),
    )


def _strip(call: Call, turns: Sequence[Turn]) -> tuple[Stretch, ...]:
    spoken = [
        (turn.speaker, f"turn-{turn.pk}", turn.started_ms, turn.ended_ms)
        for turn in turns
        if turn.started_ms is not None and turn.ended_ms is not None
    ]
    total = (_seconds(call) or 0) * 1000 or max((end for *_, end in spoken), default=0)
    return strip(spoken, total_ms=total)


def _result(call: Call, bookings: Sequence[Appointment]) -> Result:
    return Result(
        outcome=call.outcome,
        outcome_label=call.get_outcome_display() if call.outcome else "",
        by_ai=call.outcome_by_ai,
        summary=call.summary,
        bookings=tuple(
            Booking(a.get_type_display(), a.start_at, a.timezone, a.get_status_display(), a.is_test) for a in bookings
        ),
        is_ended=call.is_ended,
    )


def _audio(call: Call, recordings: Sequence[Recording]) -> Audio:
    stored = next((r for r in recordings if r.status == Recording.Status.STORED and r.file), None)
    if stored:
        return Audio(stored.pk, "stored", stored.seconds)
    if recordings and all(r.status == Recording.Status.ABSENT for r in recordings):
        return Audio(None, "absent", None)
    if recordings or not call.is_ended:
        return Audio(None, "coming", None)
    return Audio(None, "coming" if call.answered_at else "none", None)
