"""The outcome of a call: its disposition, appointments, and recording."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from calls.models import Call, CallEvent, EventKind, Recording
from leads.models import Appointment

WAITED_FOR = timedelta(minutes=5)  # after the end; by then the sweep has asked the carrier twice


@dataclass(frozen=True, slots=True)
class Booking:
    """An appointment booked on the call, in the time zone it was agreed in."""

    label: str
    start_at: datetime
    timezone: str
    status: str
    is_test: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The disposition and the appointments; `by_ai` until a person corrects it."""

    code: str
    label: str
    by_ai: bool
    summary: str
    bookings: tuple[Booking, ...]
    is_ended: bool


@dataclass(frozen=True, slots=True)
class Audio:
    """The call's recording. `state`: stored, coming, missing, absent (the carrier has none) or none (nobody was there).

    `awaited` while it may still come or be measured, for five minutes after the end; the sweep looks for longer.
    """

    recording_id: int | None
    state: str
    seconds: float | None
    awaited: bool = False


def outcome_of(call: Call, appointments: Sequence[Appointment]) -> Outcome:
    """The outcome of that call so far."""
    return Outcome(
        code=call.outcome,
        label=call.get_outcome_display() if call.outcome else "",
        by_ai=call.outcome_by_ai,
        summary=call.summary,
        bookings=tuple(
            Booking(a.get_type_display(), a.start_at, a.timezone, a.status, a.is_test) for a in appointments
        ),
        is_ended=call.is_ended,
    )


def audio_of(call: Call, recordings: Sequence[Recording], events: Sequence[CallEvent], now: datetime) -> Audio:
    """The recording to listen to, or why there is none at `now`."""
    waiting = call.ended_at is None or now - call.ended_at < WAITED_FOR
    stored = next((r for r in recordings if r.status == Recording.Status.STORED and r.file), None)
    if stored:
        taken_in = any(event.kind == EventKind.RECORDING_TAKEN_IN for event in events)
        return Audio(stored.pk, "stored", stored.seconds, awaited=waiting and not taken_in)
    if recordings and all(recording.status == Recording.Status.ABSENT for recording in recordings):
        return Audio(None, "absent", None)
    if call.is_ended and call.answered_at is None:
        return Audio(None, "none", None)
    return Audio(None, "coming" if waiting else "missing", None, awaited=waiting)
