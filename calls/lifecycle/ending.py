"""End a call, once: its row, the engine that held the line, the default outcome, costs, and the lead's timeline."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.timezone import now

from calls.call_log.callbacks import file_call_back
from calls.call_log.engine_spans import end_engine
from calls.call_log.events import log_event
from calls.call_log.transcript import cut_at_the_end
from calls.compliance.opt_out import honor_open_wish
from calls.costs.ledger import book_carrier
from calls.models import Call, CallStatus, CallType, Disposition, EventKind, Transfer, Turn
from leads.models import Activity, Lead
from leads.timeline import activities

EARLY_SECONDS = 15  # below this, and with nothing said, the person hung up early
_BEFORE_THE_END = (
    CallStatus.QUEUED,
    CallStatus.DIALING,
    CallStatus.PLACED,
    CallStatus.RINGING,
    CallStatus.IN_PROGRESS,
)
_NEW_STAGES = (Lead.Stage.NEW, Lead.Stage.ATTEMPTING)


def record_end(
    call: Call,
    status: CallStatus,
    *,
    reason: str,
    seconds: int | None = None,
    error_code: str = "",
    error_message: str = "",
    at: datetime | None = None,
    only_from: tuple[CallStatus, ...] = _BEFORE_THE_END,
) -> bool:
    """End the call with `status`; False when it had ended before. `seconds` is the carrier's duration."""
    moment = at or now()
    fields: dict[str, Any] = {"status": status, "ended_at": moment}
    if seconds is not None:
        fields["duration_seconds"] = seconds
    if error_code:
        fields |= {"error_code": error_code[:40], "error_message": error_message[:300]}
    with transaction.atomic():
        if not Call.objects.filter(pk=call.pk, status__in=only_from).update(**fields):
            return False
        honor_open_wish(call)
        call.refresh_from_db()
        cut_at_the_end(call)
        _fill_gaps(call, seconds)
        end_engine(call.pk, reason=reason, at=moment)
        _end_transfers(call, moment)
        book_carrier(call)
        log_event(call.pk, EventKind.ENDED, status=status, reason=reason, seconds=seconds)
        if call.placed_at is not None:
            _record_on_timeline(call)
    return True


def default_outcome(call: Call, *, lead_spoke: bool) -> Disposition:
    """The outcome of an ended call as far as its status alone tells; NONE leaves it to people and the AI."""
    if call.error_code.startswith("staff_"):  # the lead was never rung
        return Disposition.FAILED
    match call.status:
        case CallStatus.BUSY:
            return Disposition.BUSY
        case CallStatus.NO_ANSWER:
            return Disposition.NO_ANSWER
        case CallStatus.FAILED:
            return Disposition.FAILED
        case CallStatus.COMPLETED if _was_short(call) and not lead_spoke:
            return Disposition.HUNG_UP_EARLY
    return Disposition.NONE


def reached_the_lead(call: Call) -> bool:
    """Whether the lead's own number answered: a test line or a voicemail is no contact."""
    return call.answered_at is not None and _to_the_lead(call) and call.outcome != Disposition.VOICEMAIL


def _fill_gaps(call: Call, seconds: int | None) -> None:
    """Fill in what a lost webhook left open: the time of the answer, from the duration, and the outcome."""
    if call.answered_at is None and call.status == CallStatus.COMPLETED and seconds and call.type != CallType.REGULAR:
        call.answered_at = (call.ended_at or now()) - timedelta(seconds=seconds)
        Call.objects.filter(pk=call.pk, answered_at__isnull=True).update(answered_at=call.answered_at)
    if call.outcome == Disposition.NONE:
        spoke = call.turns.filter(speaker=Turn.Speaker.LEAD).exists()
        call.outcome = default_outcome(call, lead_spoke=spoke)
        Call.objects.filter(pk=call.pk, outcome=Disposition.NONE).update(outcome=call.outcome)


def _end_transfers(call: Call, at: datetime) -> None:
    """Close open transfers. A lead who hung up while a colleague's phone rang still wanted a person: call them back."""
    left = Transfer.objects.filter(call=call, status__in=(Transfer.Status.ASKED, Transfer.Status.RINGING))
    if left.update(status=Transfer.Status.ABANDONED, ended_at=at):
        file_call_back(call, reason="the lead hung up before a colleague could be reached")
    Transfer.objects.filter(call=call, status=Transfer.Status.CONNECTED, ended_at__isnull=True).update(ended_at=at)


def _was_short(call: Call) -> bool:
    if call.answered_at is None or call.ended_at is None:
        return False
    return call.ended_at - call.answered_at < timedelta(seconds=EARLY_SECONDS)


def _to_the_lead(call: Call) -> bool:
    return bool(call.lead.phone) and str(call.to_number) == str(call.lead.phone)


def _record_on_timeline(call: Call) -> None:
    activities.record_activity(
        call.lead_id,
        Activity.Kind.CALL,
        _summary(call),
        actor=call.placed_by,
        by_ai=call.type != CallType.REGULAR,
        call_id=call.pk,
        at=call.ended_at,
        data={"type": call.type, "status": call.status, "outcome": call.outcome},
    )
    if _to_the_lead(call) and not call.error_code.startswith("staff_"):
        _count_attempt(call)


def _summary(call: Call) -> str:
    kind = f"{call.get_type_display()} {'test call' if call.comparison_id else 'call'}"
    came = call.get_outcome_display() if call.outcome else call.get_status_display()
    return f"{kind}: {came.lower()}"


def _count_attempt(call: Call) -> None:
    Lead.objects.filter(pk=call.lead_id).update(
        attempts=F("attempts") + 1, first_attempt_at=Coalesce("first_attempt_at", call.placed_at)
    )
    if reached_the_lead(call):
        Lead.objects.filter(pk=call.lead_id).update(first_contact_at=Coalesce("first_contact_at", call.answered_at))
        activities.move_stage(call.lead_id, Lead.Stage.CONTACTED, only_from=_NEW_STAGES, call_id=call.pk)
    else:
        activities.move_stage(call.lead_id, Lead.Stage.ATTEMPTING, only_from=(Lead.Stage.NEW,), call_id=call.pk)
