"""Set a call's outcome from what the agent reports, corrected by what was really done on the call."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from calls.call_log.events import log_event
from calls.compliance.opt_out import honor_opt_out
from calls.models import Call, Disposition, EventKind
from leads.models import Activity, Appointment, Suppression
from leads.timeline.activities import record_activity

FINAL_WISHES = (Disposition.DO_NOT_CALL, Disposition.WRONG_NUMBER)
OPT_OUT_REASONS = {
    Disposition.DO_NOT_CALL: Suppression.Reason.VERBAL_REQUEST,
    Disposition.WRONG_NUMBER: Suppression.Reason.WRONG_NUMBER,
}


@dataclass(frozen=True, slots=True)
class ProposedOutcome:
    """What the agent reports: a disposition, a summary of at most 600 characters, and the next step or ""."""

    disposition: str
    summary: str
    next_action: str = ""


def propose_outcome(call: Call, proposed: ProposedOutcome, *, at: datetime) -> Disposition:
    """Set the outcome unless staff have set one, log "goodbye", and put the next step on the lead's timeline."""
    outcome = truthful_outcome(Disposition(proposed.disposition), booked=_booked_type(call))
    if outcome in FINAL_WISHES:
        honor_opt_out(call, heard="", reason=OPT_OUT_REASONS[outcome])
    Call.objects.filter(Q(outcome="") | Q(outcome_by_ai=True), pk=call.pk).update(
        outcome=outcome, outcome_by_ai=True, summary=proposed.summary
    )
    log_event(
        call.pk, EventKind.GOODBYE, dedupe_key="goodbye", disposition=outcome.value, proposed=proposed.disposition
    )
    if proposed.next_action and not call.goes_to_test_line:
        kind = Activity.Kind.TASK
        record_activity(call.lead_id, kind, f"Next: {proposed.next_action}", by_ai=True, call_id=call.pk, at=at)
    return outcome


def truthful_outcome(said: Disposition, *, booked: str) -> Disposition:
    """Correct the reported outcome: an appointment needs a row, and a wish not to be called overrides everything.

    `booked` is the type of the appointment booked on this call, "" if there is none.
    """
    if said in FINAL_WISHES:
        return said
    if booked == Appointment.Type.CALLBACK:
        return Disposition.CALLBACK_REQUESTED
    if booked:
        return Disposition.APPOINTMENT_SET
    return Disposition.QUALIFIED_NURTURE if said == Disposition.APPOINTMENT_SET else said


def _booked_type(call: Call) -> str:
    booked = Appointment.objects.filter(call_id=call.pk, status=Appointment.Status.CONFIRMED)
    types = set(booked.values_list("type", flat=True))
    meetings = types - {Appointment.Type.CALLBACK.value}
    return next(iter(sorted(meetings or types)), "")
