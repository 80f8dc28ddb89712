"""Honor an opt-out: suppress the number at once, and close the lead as lost."""

import uuid

from django.db import transaction
from django.db.models import Q

from calls.call_log.events import log_event
from calls.compliance.opt_out_words import may_be_opt_out
from calls.compliance.own_lines import is_test_line
from calls.database.writes import durable
from calls.models import Call, Disposition, Engine, EventKind, Turn
from leads.consent.suppression import suppress_number
from leads.models import Activity, Lead, Suppression
from leads.timeline.activities import record_activity

_NOT_THE_LEAD = (Engine.MACHINE, Engine.HUMAN)  # a mailbox, or what a person of ours heard for themselves


def honor_opt_out(call: Call, *, heard: str, reason: Suppression.Reason) -> bool:
    """Suppress the number of that call from now on; True the first time.

    On a test line of the brokerage the opt-out is logged and sets the outcome, but nothing is suppressed.
    """
    with transaction.atomic():
        first = log_event(call.pk, EventKind.OPT_OUT, dedupe_key="opt_out", reason=reason.value, heard=heard)
        outcome = _outcome(reason)
        Call.objects.filter(Q(outcome="") | Q(outcome_by_ai=True), pk=call.pk).update(
            outcome=outcome, outcome_by_ai=True
        )
        if not is_test_line(str(call.to_number)):
            _remember(call, reason, first=first)
    return first


@durable("opt_out")
def keep_opt_out(call_id: uuid.UUID | str, *, heard: str, reason: str) -> None:
    """Honor an opt-out, also one heard while the database is away."""
    honor_opt_out(Call.objects.with_people().get(pk=call_id), heard=heard, reason=Suppression.Reason(reason))


def honor_open_wish(call: Call) -> bool:
    """Honor what may have been an opt-out and was never cleared up, because the call ended; True if there was one.

    In doubt the number is left alone: to call it again is against the law, and not to is only a lead lost.
    """
    said = call.turns.filter(speaker=Turn.Speaker.LEAD).exclude(engine__in=_NOT_THE_LEAD).exclude(text="")
    last = said.order_by("position", "id").values_list("text", flat=True).last()
    if not last or not may_be_opt_out(last):
        return False
    return honor_opt_out(call, heard=last, reason=Suppression.Reason.VERBAL_REQUEST)


def _outcome(reason: Suppression.Reason) -> Disposition:
    wrong = reason == Suppression.Reason.WRONG_NUMBER
    return Disposition.WRONG_NUMBER if wrong else Disposition.DO_NOT_CALL


def _remember(call: Call, reason: Suppression.Reason, *, first: bool) -> None:
    suppress_number(str(call.to_number), reason=reason, call_id=call.pk)
    if not first or str(call.lead.phone) != str(call.to_number):
        return
    summary = f"Never call again: {reason.label.lower()}"
    record_activity(call.lead_id, Activity.Kind.OPT_OUT, summary, by_ai=True, call_id=call.pk)
    wrong = reason == Suppression.Reason.WRONG_NUMBER
    why = Lead.LostReason.WRONG_NUMBER if wrong else Lead.LostReason.DO_NOT_CALL
    kept = (Lead.Stage.CLIENT, Lead.Stage.UNDER_CONTRACT, Lead.Stage.CLOSED, Lead.Stage.ARCHIVED)
    Lead.objects.filter(pk=call.lead_id).exclude(stage__in=kept).update(
        stage=Lead.Stage.LOST, lost_reason=why, next_action_at=None
    )
