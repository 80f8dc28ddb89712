"""Status reports of the carrier, which may come twice, late, out of order or never.

A report moves a call only forward (`CallStatus` is in order), one conditional UPDATE at a time. A regular call has two
legs: the staff member's, which carries the call, and the lead's, which decides the outcome.
"""

from dataclasses import dataclass
from typing import Any

import structlog
from django.db import transaction
from django.utils.timezone import now

from calls.call_log.engine_spans import begin_engine
from calls.call_log.events import log_event
from calls.lifecycle import ending
from calls.lifecycle.placing import place_waiting_after_commit
from calls.models import Call, CallEvent, CallStatus, CallType, Engine, EventKind

log = structlog.get_logger(__name__)

# Twilio's statuses, of REST answers and callbacks alike, as ours.
CARRIER_STATUSES = {
    "queued": CallStatus.PLACED,
    "initiated": CallStatus.PLACED,
    "ringing": CallStatus.RINGING,
    "in-progress": CallStatus.IN_PROGRESS,
    "answered": CallStatus.IN_PROGRESS,
    "completed": CallStatus.COMPLETED,
    "busy": CallStatus.BUSY,
    "failed": CallStatus.FAILED,
    "no-answer": CallStatus.NO_ANSWER,
    "canceled": CallStatus.CANCELED,
}
_ORDER = (
    CallStatus.QUEUED,
    CallStatus.DIALING,
    CallStatus.PLACED,
    CallStatus.RINGING,
    CallStatus.IN_PROGRESS,
)


@dataclass(frozen=True, slots=True)
class StatusReport:
    """The carrier's report about one leg. `sequence` is its number within that leg, if it has one."""

    sid: str
    status: str
    sequence: str = ""
    seconds: int | None = None
    sip_code: str = ""

    @property
    def key(self) -> str | None:
        """The dedupe key: equal for repetitions of one report, None when the report has no number."""
        return f"status:{self.sid}:{self.sequence}" if self.sequence else None


@transaction.atomic  # a report counts as known only when its effect is kept
def record_status(call: Call, report: StatusReport) -> bool:
    """Apply a report about the call's own leg; False when it is repeated, late or of an unknown status."""
    if not _is_new(call, report):
        return False
    status = CARRIER_STATUSES.get(report.status)
    if status is None:
        log.warning("unknown carrier status", call=str(call.pk), status=report.status)
        return False
    if call.type == CallType.REGULAR:
        return _record_staff_leg(call, status, report)
    if status == CallStatus.IN_PROGRESS:
        return record_answered(call)
    return _advance(call, status) if status in _ORDER else _finish(call, status, report)


@transaction.atomic
def record_lead_leg(call: Call, report: StatusReport) -> bool:
    """Apply a report about the lead's leg of a regular call; False when it is repeated, late or unknown."""
    if not _is_new(call, report):
        return False
    Call.objects.filter(pk=call.pk, lead_leg_sid="").update(lead_leg_sid=report.sid)
    status = CARRIER_STATUSES.get(report.status)
    if status == CallStatus.IN_PROGRESS:
        log_event(call.pk, EventKind.LEAD_ANSWERED, dedupe_key="lead_answered")
        return record_answered(call)
    if status in (CallStatus.PLACED, CallStatus.RINGING):
        return log_event(call.pk, EventKind.LEAD_RINGING, dedupe_key="lead_ringing")
    if status is not None:
        return log_event(
            call.pk, EventKind.LEAD_LEG_ENDED, dedupe_key="lead_leg_ended", status=status, seconds=report.seconds
        )
    return False


def record_answered(call: Call) -> bool:
    """Record that somebody or something picked up the lead's line; False when the call was in progress or over."""
    earlier = _ORDER[1 : _ORDER.index(CallStatus.IN_PROGRESS)]
    moved = Call.objects.filter(pk=call.pk, status__in=earlier).update(
        status=CallStatus.IN_PROGRESS, answered_at=now(), error_code="", error_message=""
    )
    call.refresh_from_db()
    if moved:
        begin_engine(call.pk, FIRST_ENGINE[CallType(call.type)])
        log_event(call.pk, EventKind.ANSWERED, dedupe_key="answered")
    return bool(moved)


FIRST_ENGINE = {
    CallType.REGULAR: Engine.HUMAN,
    CallType.CONVERSATIONAL: Engine.CONVERSATION,
    CallType.REALTIME: Engine.REALTIME,
}


def _is_new(call: Call, report: StatusReport) -> bool:
    data: dict[str, Any] = {"status": report.status, "leg": "own" if report.sid == call.twilio_sid else "lead"}
    if report.sip_code:
        data["sip"] = report.sip_code
    return log_event(call.pk, EventKind.CARRIER_STATUS, dedupe_key=report.key, **data)


def _advance(call: Call, status: CallStatus) -> bool:
    """Move a live call forward to `status`; False when it is there or past it."""
    earlier = _ORDER[1 : _ORDER.index(status)]
    moved = Call.objects.filter(pk=call.pk, status__in=earlier).update(status=status, error_code="", error_message="")
    call.refresh_from_db()
    return bool(moved)


def _finish(
    call: Call, status: CallStatus, report: StatusReport, *, error_code: str = "", error_message: str = ""
) -> bool:
    if status == CallStatus.FAILED and not error_code:
        error_code, error_message = f"sip_{report.sip_code or 'unknown'}", "The carrier could not complete the call"
    ended = ending.record_end(
        call,
        status,
        reason=f"carrier: {report.status}",
        seconds=report.seconds,
        error_code=error_code,
        error_message=error_message,
    )
    if ended:
        place_waiting_after_commit()
    return ended


def _record_staff_leg(call: Call, status: CallStatus, report: StatusReport) -> bool:
    """Apply a report about the staff member's leg. That they answered does not yet mean a call with the lead."""
    if status == CallStatus.IN_PROGRESS:
        _advance(call, CallStatus.RINGING)
        return log_event(call.pk, EventKind.STAFF_ANSWERED, dedupe_key="staff_answered")
    if status in _ORDER:
        return _advance(call, status)
    call.refresh_from_db()
    if call.answered_at is not None:
        return _finish(call, CallStatus.COMPLETED, report)
    if status != CallStatus.COMPLETED:
        return _finish(call, status, report, **_STAFF_ERRORS.get(status, {}))
    if _was_dialed(call):
        return _finish(call, _status_without_lead(call), report)
    return _finish(call, CallStatus.CANCELED, report, **_DECLINED)


_STAFF_ERRORS: dict[CallStatus, dict[str, str]] = {
    CallStatus.NO_ANSWER: {"error_code": "staff_no_answer", "error_message": "Your phone was not answered"},
    CallStatus.BUSY: {"error_code": "staff_busy", "error_message": "Your phone was busy"},
    CallStatus.FAILED: {"error_code": "staff_failed", "error_message": "Your phone could not be reached"},
    CallStatus.CANCELED: {"error_code": "staff_canceled", "error_message": "Ended before your phone was answered"},
}


_DECLINED = {"error_code": "staff_declined", "error_message": "You did not press 1, so the lead was not called"}


def _was_dialed(call: Call) -> bool:
    return CallEvent.objects.filter(
        call=call, kind__in=[EventKind.CONNECTING, EventKind.LEAD_RINGING, EventKind.LEAD_LEG_ENDED]
    ).exists()


def _status_without_lead(call: Call) -> CallStatus:
    """The status of a call whose lead did not answer, from the lead's leg; a lost report counts as no answer."""
    ended = CallEvent.objects.filter(call=call, kind=EventKind.LEAD_LEG_ENDED).first()
    status = CallStatus(ended.data["status"]) if ended else CallStatus.NO_ANSWER
    return CallStatus.NO_ANSWER if status == CallStatus.COMPLETED else status
